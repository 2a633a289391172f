package validate

// sentences are the words of each code, Vietnamese and English; %s and %d stand for the same values in both.
var sentences = map[string][2]string{
	// the file
	"unreadable":        {"Không đọc được tệp này như một tệp PDF đúng chuẩn", "The file cannot be read as a sound PDF"},
	"revision_missing":  {"Thiếu một lần ghi đã biết của tệp: phần sau của tệp đã bị cắt bỏ hoặc thay thế", "A known revision of the file is missing: something was cut off or replaced"},
	"bytes_behind":      {"Có dữ liệu nằm sau phần cuối của tệp, không chữ ký nào bao phủ", "There are bytes behind the end of the file that no signature covers"},
	"bytes_between":     {"Có dữ liệu nằm ngoài mọi đối tượng của lần ghi này", "There are bytes in this revision that belong to no object"},
	"unsigned_revision": {"Lần ghi này được thêm sau khi ký mà không có chữ ký nào", "This revision was added after signing and carries no signature"},
	"not_read":          {"Không đọc được một đối tượng của lần ghi này", "An object of this revision cannot be read"},
	"trailer_changed":   {"Phần kết của tệp bị thay đổi ở mục /%s", "The trailer of the file was changed at /%s"},
	"dynamic":           {"Văn bản có nội dung động (%s): mỗi người có thể nhìn thấy khác nhau", "The document has dynamic content (%s): it may look different to different readers"},

	// changes
	"no_rule":               {"Đối tượng bị thay đổi hoặc thêm vào sau khi ký", "An object was changed or added after signing"},
	"freed":                 {"Đối tượng bị xóa sau khi ký", "An object was removed after signing"},
	"catalog_form":          {"Không đọc được mục lục gốc của văn bản", "The document catalog cannot be read"},
	"catalog_key":           {"Mục lục gốc của văn bản bị thay đổi ở mục /%s", "The document catalog was changed at /%s"},
	"page_key":              {"Trang bị thay đổi ở mục /%s sau khi ký", "A page was changed at /%s after signing"},
	"form_key":              {"Biểu mẫu bị thay đổi ở mục /%s sau khi ký", "The form was changed at /%s after signing"},
	"field_key":             {"Ô chữ ký bị thay đổi ở mục /%s, không chỉ là được ký", "A signature field was changed at /%s beyond being signed"},
	"field_form":            {"Ô chữ ký không phải là ô đã dành sẵn", "The signature field is not one that was reserved"},
	"field_box":             {"Ô mới có hình hiển thị trên trang", "A new field is visible on a page"},
	"field_used":            {"Ô này đã được ký từ trước và bị thay chữ ký", "The field had been signed before and its signature was replaced"},
	"field_signed":          {"Ký vào ô đã dành sẵn “%s”", "The reserved field “%s” was signed"},
	"stamp_added":           {"Thêm dấu thời gian của văn bản vào “%s”", "A document time stamp was added in “%s”"},
	"dss_added":             {"Thêm dữ liệu kiểm tra chứng thư (DSS)", "Validation data (DSS) was added"},
	"dss":                   {"Dữ liệu kiểm tra chứng thư (DSS) bị bớt đi hoặc sai dạng ở %s", "Validation data (DSS) was taken away or is malformed at %s"},
	"late_reference":        {"Chữ ký đến sau mang theo quyền hạn hoặc khóa riêng", "A later signature brings permissions or locks of its own"},
	"certification_forbids": {"Chữ ký chứng nhận không cho phép thay đổi nào nữa", "The certification forbids every change"},
	"changed_after":         {"Văn bản bị thay đổi sau chữ ký này ngoài những gì được phép", "The document was changed after this signature beyond what is allowed"},

	// the signature dictionary
	"value_form":          {"Nội dung của ô chữ ký sai dạng", "The value of the signature field is malformed"},
	"value_old":           {"Ô chữ ký dùng lại một chữ ký có từ trước", "The field uses a signature that was there before"},
	"value_shared":        {"Nhiều ô cùng dùng một chữ ký", "Several fields share one signature"},
	"signature_form":      {"Chữ ký được thêm vào sai dạng", "The signature added is malformed"},
	"several_in_revision": {"Một lần ghi có nhiều hơn một chữ ký", "One revision holds more than one signature"},
	"byte_range":          {"Phạm vi ký (/ByteRange) không khớp với vị trí của chữ ký", "The signed range (/ByteRange) does not fit the place of the signature"},
	"contents":            {"Dữ liệu chữ ký (/Contents) sai dạng", "The signature data (/Contents) is malformed"},
	"coverage":            {"Chữ ký không bao phủ hết lần ghi của nó", "The signature does not cover its whole revision"},
	"sub_filter":          {"Không nhận dạng chữ ký “%s”", "The signature form “%s” is not known"},

	// the value
	"cms_format":  {"Cấu trúc chữ ký (CMS) sai dạng", "The signature structure (CMS) is malformed"},
	"cms_content": {"Cấu trúc chữ ký (CMS) mang theo nội dung riêng", "The signature structure (CMS) carries content of its own"},
	"algorithm":   {"Thuật toán của chữ ký không được chấp nhận", "The algorithm of the signature is not accepted"},
	"digest":      {"Nội dung đã ký bị thay đổi: giá trị băm không khớp", "What was signed has changed: the digest does not match"},
	"signer":      {"Không xác định được chứng thư của người ký", "The signer's certificate cannot be identified"},
	"value":       {"Giá trị chữ ký không đúng với chứng thư", "The signature value does not verify with the certificate"},

	// baseline
	"not_baseline_adobe":        {"Chữ ký theo dạng cũ adbe.pkcs7.detached, không phải PAdES cơ sở", "The signature has the older form adbe.pkcs7.detached and is no PAdES baseline signature"},
	"not_baseline_signing_time": {"Không phải PAdES cơ sở: có thuộc tính signing-time", "No PAdES baseline signature: it has a signing-time attribute"},
	"not_baseline_time":         {"Không phải PAdES cơ sở: thiếu thời điểm ký (/M)", "No PAdES baseline signature: the claimed time (/M) is missing"},
	"not_baseline_cert":         {"Không phải PAdES cơ sở: có mục /Cert", "No PAdES baseline signature: it has a /Cert entry"},
	"not_baseline_certificate":  {"Không phải PAdES cơ sở: chữ ký không kèm chứng thư của người ký", "No PAdES baseline signature: the signer's certificate is not inside it"},

	// certificates
	"bag_stranger":       {"Chữ ký mang theo một chứng thư không dẫn về tổ chức chứng thực nào được tin cậy", "The signature carries a certificate that leads to no trusted authority"},
	"no_chain":           {"Chứng thư không dẫn về tổ chức chứng thực nào được tin cậy", "The certificate leads to no trusted authority"},
	"chain_bad":          {"Chuỗi chứng thư không hợp lệ", "The certificate chain is not valid"},
	"never_together":     {"Các chứng thư trong chuỗi không cùng có hiệu lực vào lúc nào", "The certificates of the chain were never valid together"},
	"expired":            {"Chứng thư “%s” không có hiệu lực vào lúc đó (hiệu lực từ %s đến %s)", "The certificate “%s” was not valid then (valid from %s to %s)"},
	"not_yet_valid":      {"Chữ ký có trước khi chứng thư “%s” có hiệu lực (%s)", "The signature is older than the certificate “%s” (valid from %s)"},
	"usage":              {"Chứng thư không dùng để ký văn bản", "The certificate is not meant for signing documents"},
	"key_weak":           {"Khóa của chứng thư “%s” quá yếu", "The key of the certificate “%s” is too weak"},
	"revoked":            {"Chứng thư “%s” đã bị thu hồi lúc %s", "The certificate “%s” was revoked at %s"},
	"revocation_missing": {"Trong tệp không có thông tin cho biết chứng thư “%s” có bị thu hồi hay không", "Nothing in the file says whether the certificate “%s” was revoked"},
	"revocation_stale":   {"Thông tin thu hồi của chứng thư “%s” trong tệp đã cũ so với thời điểm ký", "What the file says about revocation of the certificate “%s” is older than the signature"},
	"trial":              {"Chứng thư thử nghiệm (%s): không có giá trị pháp lý", "A trial certificate (%s): of no legal value"},

	"trial_paper": {"Văn bản tự ghi là bản thử nghiệm: không có giá trị pháp lý", "The document itself says that it is a trial: of no legal value"},

	// time stamps
	"token_format":         {"Dấu thời gian sai dạng", "The time stamp is malformed"},
	"token_algorithm":      {"Thuật toán của dấu thời gian không được chấp nhận", "The algorithm of the time stamp is not accepted"},
	"token_digest":         {"Dấu thời gian đóng cho nội dung khác", "The time stamp is about something else"},
	"token_signer":         {"Không xác định được nơi cấp dấu thời gian", "The authority of the time stamp cannot be identified"},
	"token_value":          {"Chữ ký trong dấu thời gian không đúng", "The signature of the time stamp does not verify"},
	"stamp_usage":          {"Chứng thư của nơi cấp dấu thời gian không dùng cho việc này", "The authority's certificate is not meant for time stamps"},
	"stamp_future":         {"Dấu thời gian ở tương lai (%s)", "The time stamp lies in the future (%s)"},
	"stamp_order":          {"Dấu thời gian (%s) muộn hơn dấu thời gian bao phủ nó", "The time stamp (%s) is later than one that covers it"},
	"stamp_status_missing": {"Trong tệp không đủ thông tin về chứng thư của nơi cấp dấu thời gian", "The file does not say enough about the certificate of the time-stamp authority"},
	"own_stamp_unused":     {"Dấu thời gian riêng của chữ ký không dùng được; thời điểm lấy theo dấu thời gian của văn bản", "The signature's own time stamp cannot be used; the time is that of a document time stamp"},
	"no_proof":             {"Chưa có dấu thời gian tin cậy nào chứng minh thời điểm ký", "No trusted time stamp proves the time of signing yet"},

	// who
	"person_not_checked":    {"Chưa kiểm tra được người ký thuộc cơ quan nào: văn bản không nêu cơ quan của ô này", "Person not checked: the document names no agency for this field"},
	"agency_same":           {"Chứng thư thuộc đúng cơ quan của ô: %s", "The certificate belongs to the agency of the field: %s"},
	"agency_differs":        {"Tổ chức ghi trong chứng thư khác với cơ quan của ô: %s", "The organisation in the certificate is not the agency of the field: %s"},
	"field_kind":            {"Ô này dành cho dấu thời gian, không dành cho người ký", "This field is reserved for a time stamp, not for a person"},
	"certification_unnamed": {"Văn bản không ghi nhận chữ ký chứng nhận này (/Perms)", "The document does not name this certification (/Perms)"},
	"not_certified":         {"Văn bản hứa có chữ ký chứng nhận của hệ thống trước mọi chữ ký khác, nhưng không có", "The document promises a certification by the service before every other signature, and has none"},
	"certification_late":    {"Chữ ký chứng nhận không phải là chữ ký đầu tiên", "The certification is not the first signature"},
	"certification_missing": {"Văn bản ghi nhận một chữ ký chứng nhận không có", "The document names a certification that is not there"},
}
