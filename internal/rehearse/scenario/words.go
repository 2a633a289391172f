package scenario

import "reflect"

// The words that a key may hold, as SCHEMA.md lists them. "" stands for a key that is absent.
type (
	// Structure is how the text is divided.
	Structure string
	// ClusterKind is what the group calls itself: cụm, khối, khu vực.
	ClusterKind string
	// ClerkRole is a role within the secretariat.
	ClerkRole string
	// Device is where a signing key lives.
	Device string
	// NumberPolicy says whose number the paper carries.
	NumberPolicy string
	// AnnexContent is what an annex shows.
	AnnexContent string
	// AwardLevel is who grants an award.
	AwardLevel string
	// TargetOp compares a result with a target.
	TargetOp string
	// Channel is how a round is sent.
	Channel string
	// ReplyType is what an agency answered.
	ReplyType string
	// RecordedBy says who entered a reply for the agency.
	RecordedBy string
	// Source is where a comment was made, if not in a round.
	Source string
	// CommentKind is what a comment aims at.
	CommentKind string
	// Disposition is the answer to a comment.
	Disposition string
	// OperationKind is a change of a clause's place.
	OperationKind string
	// ConferenceMode is how the conference met.
	ConferenceMode string
	// VoteMethod is how it voted.
	VoteMethod string
	// SigningMode is digital or on paper.
	SigningMode string
	// Policy is what the paper promises after the first signature.
	Policy string
	// StampRule says what happens without a time stamp within the lease.
	StampRule string
	// Level is a PAdES baseline level (ETSI EN 319 142-1).
	Level string
	// OrgSeal says which agencies add their seal.
	OrgSeal string
	// Place is where somebody signed.
	Place string
	// Result is how a signing event ended.
	Result string
	// AgreementKind is how an amendment was agreed.
	AgreementKind string
)

// The words.
const (
	Articles Structure = "dieu_khoan_diem" // Điều, khoản, điểm
	Parts    Structure = "phan_muc"        // Phần, mục

	ClusterCum    ClusterKind = "cum"
	ClusterKhoi   ClusterKind = "khoi"
	ClusterRegion ClusterKind = "khu_vuc"

	ChiefClerk   ClerkRole = "truong_to_thu_ky"
	Secretary    ClerkRole = "thu_ky"
	RecordsClerk ClerkRole = "van_thu"

	USBToken      Device = "usb_token"
	SIMPKI        Device = "sim_pki"
	RemoteSigning Device = "ky_so_tu_xa"
	HSM           Device = "hsm"
	PKCS12File    Device = "tep_p12"
	VGCATool      Device = "cong_cu_vgca"
	OwnUpload     Device = "tu_ky_tai_len"

	NoNumber         NumberPolicy = "none"
	ClusterNumber    NumberPolicy = "so_rieng_cua_cum"
	LeadAgencyNumber NumberPolicy = "so_cua_don_vi_truong_cum"
	CoveringLetter   NumberPolicy = "van_ban_kem_theo"

	RegistrationTable AnnexContent = "dang_ky"
	TargetTable       AnnexContent = "chi_tieu"
	OwnTable          AnnexContent = "bang"

	AwardProvince   AwardLevel = "tinh"
	AwardMinistry   AwardLevel = "bo"
	AwardGovernment AwardLevel = "chinh_phu"

	AtLeast TargetOp = ">="
	Above   TargetOp = ">"
	AtMost  TargetOp = "<="
	Below   TargetOp = "<"
	Exactly TargetOp = "="

	ByPaper  Channel = "giay"
	ByMail   Channel = "thu_dien_tu_cong_vu"
	BySystem Channel = "he_thong"

	Agree             ReplyType = "nhat_tri_hoan_toan"
	AgreeWithComments ReplyType = "nhat_tri_co_gop_y"
	NoComment         ReplyType = "khong_y_kien"
	Object            ReplyType = "khong_nhat_tri"
	NoReply           ReplyType = "khong_phan_hoi"
	NotAsked          ReplyType = "khong_can_tra_loi"

	BySecretariat RecordedBy = "secretariat"

	Hall Source = "hoi_nghi"

	Clarify      CommentKind = "lam_ro"
	Supplement   CommentKind = "bo_sung"
	Wording      CommentKind = "sua_loi_van"
	RaiseTarget  CommentKind = "tang_chi_tieu"
	LowerTarget  CommentKind = "giam_chi_tieu"
	PostponeDate CommentKind = "lui_thoi_han"
	Opposition   CommentKind = "phan_doi"
	OutOfScope   CommentKind = "ngoai_pham_vi"

	Accepted       Disposition = "tiep_thu"
	PartlyAccepted Disposition = "tiep_thu_mot_phan"
	Explained      Disposition = "giai_trinh"
	Noted          Disposition = "ghi_nhan"
	Forwarded      Disposition = "chuyen"

	Add    OperationKind = "add"
	Move   OperationKind = "move"
	Delete OperationKind = "delete"

	InPerson ConferenceMode = "truc_tiep"
	Online   ConferenceMode = "truc_tuyen"
	Mixed    ConferenceMode = "truc_tiep_ket_hop_truc_tuyen"

	ShowOfHands  VoteMethod = "bieu_quyet_gio_tay"
	VoteOnSystem VoteMethod = "bieu_quyet_tren_he_thong"
	SecretBallot VoteMethod = "bo_phieu_kin"

	Digital SigningMode = "tuan_tu_co_khoa"
	Paper   SigningMode = "giay"

	Reserved Policy = "reserved"
	Open     Policy = "open"

	MayFollow   StampRule = "may_follow"
	WithinLease StampRule = "within_lease"

	LevelB   Level = "B-B"
	LevelT   Level = "B-T"
	LevelLT  Level = "B-LT"
	LevelLTA Level = "B-LTA"

	SealEach OrgSeal = "moi_don_vi"
	SealLead OrgSeal = "don_vi_truong_cum"
	SealNone OrgSeal = "khong"

	InTheHall Place = "tai_hoi_nghi"
	Remote    Place = "tu_xa"
	Courier   Place = "chuyen_phat"

	Valid            Result = "hop_le"
	ValidWithWarning Result = "hop_le_canh_bao"
	NoStamp          Result = "loi_tsa"
	UploadRefused    Result = "bi_tu_choi"
	Revoked          Result = "chung_thu_bi_thu_hoi"
	SignerReplaced   Result = "doi_nguoi_ky"
	NotSigned        Result = "khong_ky"
	SignedOnPaper    Result = "da_ky"

	InWriting    AgreementKind = "van_ban"
	AtConference AgreementKind = "hoi_nghi"
)

// words lists what each of these types may hold.
var words = map[reflect.Type][]string{
	reflect.TypeFor[Structure]():      texts(Articles, Parts),
	reflect.TypeFor[ClusterKind]():    texts(ClusterCum, ClusterKhoi, ClusterRegion),
	reflect.TypeFor[ClerkRole]():      texts(ChiefClerk, Secretary, RecordsClerk),
	reflect.TypeFor[Device]():         texts(USBToken, SIMPKI, RemoteSigning, HSM, PKCS12File, VGCATool, OwnUpload),
	reflect.TypeFor[NumberPolicy]():   texts(NoNumber, ClusterNumber, LeadAgencyNumber, CoveringLetter),
	reflect.TypeFor[AnnexContent]():   texts(RegistrationTable, TargetTable, OwnTable),
	reflect.TypeFor[AwardLevel]():     texts(AwardProvince, AwardMinistry, AwardGovernment),
	reflect.TypeFor[TargetOp]():       texts(Above, AtLeast, Below, AtMost, Exactly),
	reflect.TypeFor[Channel]():        texts(ByPaper, ByMail, BySystem),
	reflect.TypeFor[ReplyType]():      texts(Agree, AgreeWithComments, NoComment, Object, NoReply, NotAsked),
	reflect.TypeFor[RecordedBy]():     texts(BySecretariat),
	reflect.TypeFor[Source]():         texts(Hall),
	reflect.TypeFor[CommentKind]():    texts(Clarify, Supplement, Wording, RaiseTarget, LowerTarget, PostponeDate, Opposition, OutOfScope),
	reflect.TypeFor[Disposition]():    texts(Accepted, PartlyAccepted, Explained, Noted, Forwarded),
	reflect.TypeFor[OperationKind]():  texts(Add, Move, Delete),
	reflect.TypeFor[ConferenceMode](): texts(InPerson, Online, Mixed),
	reflect.TypeFor[VoteMethod]():     texts(ShowOfHands, VoteOnSystem, SecretBallot),
	reflect.TypeFor[SigningMode]():    texts(Digital, Paper),
	reflect.TypeFor[Policy]():         texts(Reserved, Open),
	reflect.TypeFor[StampRule]():      texts(MayFollow, WithinLease),
	reflect.TypeFor[Level]():          texts(LevelB, LevelT, LevelLT, LevelLTA),
	reflect.TypeFor[OrgSeal]():        texts(SealEach, SealLead, SealNone),
	reflect.TypeFor[Place]():          texts(InTheHall, Remote, Courier),
	reflect.TypeFor[Result]():         texts(Valid, ValidWithWarning, NoStamp, UploadRefused, Revoked, SignerReplaced, NotSigned, SignedOnPaper),
	reflect.TypeFor[AgreementKind]():  texts(InWriting, AtConference),
}

func texts[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}
