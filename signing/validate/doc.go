// Package validate says of a PDF file which of its signatures hold, by the process of ETSI EN 319 102-1, and
// whether anything in it was changed in a way that no rule of ours explains: a closed world. It works offline, on
// the file and the given anchors alone, and shares no code with what signs: neither the CMS reader nor the trust
// code, so that one mistake cannot hide in both. It knows files, certificates and time; it does not know accounts,
// databases or who was meant to sign beyond what the signed file itself says.
//
// # What may happen after the first signature
//
// Each revision ends with one signature that covers it to its last byte, or brings validation data only. A signature
// goes into a field that was reserved: the field gets its value and another normal appearance of the same box, made of
// images and of fonts that were there before. The catalog gets, or lets grow, /DSS and /Extensions, and loses no
// reference. A document time stamp may also bring a field that shows nothing. Parsed values are compared object by
// object; an object that no rule names, a byte that no object holds, and what follows the last %%EOF make the file
// TOTAL_FAILED.
//
// # Where it is simpler than EN 319 102-1
//
// The proven time is that of the signature's own stamp, else of the first trusted document time stamp over it. All
// certificates of a chain must be valid then. Revocation data comes from the DSS dictionary only; it is conclusive when
// it was made after the proven time or was fresh then. There is no sliding of the control time (5.6.2.2): a CA that
// expired before the proven time is not rescued by older data. Document time stamps are judged from the last to the
// first; the last one's chain as of now, its revocation as of its own time, since nothing in a file can be newer. Below
// B-LT the result is INDETERMINATE/TRY_LATER: nothing in the file says whether a certificate was revoked.
//
// Not accepted: SHA-1 and keys below 2048 bits (RSA) or 256 (curves), BER that is not DER, several SignerInfos, delta
// and indirect CRLs, and for papers of the policy "reserved" a first signature that is no certification.
package validate
