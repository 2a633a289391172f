package pact

// names holds a word of ours in both languages.
type names struct{ vi, en string }

func (n names) in(lang, other string) string {
	switch {
	case n.vi == "":
		return other
	case lang == "en":
		return n.en
	}
	return n.vi
}

var stateNames = map[State]names{
	Drafting:         {"đang soạn thảo", "being drafted"},
	InReview:         {"đang lấy ý kiến", "being commented on"},
	Consolidating:    {"đang tổng hợp, tiếp thu", "being consolidated"},
	Agreed:           {"đã thống nhất nội dung", "agreed"},
	Adopted:          {"đã thông qua tại hội nghị", "adopted"},
	Frozen:           {"đã chốt bản in", "frozen"},
	Signing:          {"đang ký", "being signed"},
	Sealed:           {"đã niêm phong", "sealed"},
	SealedIncomplete: {"đã niêm phong, thiếu chữ ký", "sealed without all signatures"},
	Archived:         {"đã lưu trữ", "archived"},
	Superseded:       {"đã được thay thế", "superseded"},
	Withdrawn:        {"đã rút", "withdrawn"},
}

// Words is the state's name: "đang lấy ý kiến", "being commented on".
func (s State) Words(lang string) string { return stateNames[s].in(lang, string(s)) }

var roleNames = map[Role]names{
	Admin:          {"quản trị hệ thống", "administrator"},
	LeadHead:       {"người đứng đầu đơn vị chủ trì", "head of the lead agency"},
	SecretaryChief: {"tổ trưởng tổ thư ký", "chief secretary"},
	Secretary:      {"thư ký", "secretary"},
	Clerk:          {"văn thư", "records clerk"},
	Focal:          {"đầu mối của đơn vị", "the agency's contact"},
	HeadOfAgency:   {"người đứng đầu đơn vị", "head of the agency"},
	Archivist:      {"lưu trữ viên", "archivist"},
	Auditor:        {"kiểm soát viên", "auditor"},
	service:        {"hệ thống (tự động)", "the service itself"},
}

// Words is the role's name.
func (r Role) Words(lang string) string { return roleNames[r].in(lang, string(r)) }

var stanceNames = map[Stance]names{
	Agree:             {"nhất trí hoàn toàn", "agrees"},
	AgreeWithComments: {"nhất trí, có góp ý", "agrees with comments"},
	NoComment:         {"không có ý kiến", "no comment"},
	Object:            {"không nhất trí", "objects"},
	TacitAgree:        {"coi như thống nhất (không trả lời)", "tacit consent (no reply)"},
	NoReply:           {"không trả lời", "no reply"},
}

// Words is the stance's name. Tacit consent never has the name of an agreement that somebody expressed.
func (s Stance) Words(lang string) string { return stanceNames[s].in(lang, string(s)) }

var dispositionNames = map[Disposition]names{
	Accepted:          {"tiếp thu", "accepted"},
	PartlyAccepted:    {"tiếp thu một phần", "accepted in part"},
	DeclinedExplained: {"giải trình", "declined with explanation"},
	Noted:             {"ghi nhận", "noted"},
	Forwarded:         {"chuyển cơ quan khác", "forwarded"},
}

// Words is the disposition's name.
func (d Disposition) Words(lang string) string { return dispositionNames[d].in(lang, string(d)) }

var kindNames = map[CommentKind]names{
	Clarify:    {"đề nghị làm rõ", "clarify"},
	Supplement: {"bổ sung", "supplement"},
	Reword:     {"sửa lời văn", "reword"},
	Raise:      {"tăng chỉ tiêu", "raise the target"},
	Lower:      {"giảm chỉ tiêu", "lower the target"},
	Postpone:   {"lùi thời hạn", "postpone"},
	Opposed:    {"phản đối", "oppose"},
	OutOfScope: {"ngoài phạm vi", "out of scope"},
}

// Words is the name of the kind of comment.
func (k CommentKind) Words(lang string) string { return kindNames[k].in(lang, string(k)) }

var actNames = map[Act]names{
	ActPactCreate:      {"lập giao ước", "create the pact"},
	ActDraftEdit:       {"soạn dự thảo", "edit the draft"},
	ActRoundOpen:       {"gửi lấy ý kiến", "open a round of comments"},
	ActRoundExtend:     {"gia hạn góp ý", "extend the round"},
	ActRoundRemind:     {"nhắc trả lời", "remind silent agencies"},
	ActReplySave:       {"lưu nháp trả lời", "save a draft reply"},
	ActReplySend:       {"gửi trả lời", "send a reply"},
	ActReplyRecord:     {"nhập công văn trả lời", "record a paper reply"},
	ActReplyLateDecide: {"quyết định nhận trả lời trễ hạn", "decide on a late reply"},
	ActRoundClose:      {"chốt đợt góp ý", "close the round"},
	ActCommentResolve:  {"trả lời góp ý", "answer a comment"},
	ActLedgerClose:     {"chốt bản tổng hợp", "close the ledger"},
	ActTextAgree:       {"thống nhất nội dung", "agree on the text"},
	ActTextReopen:      {"mở lại nội dung", "reopen the text"},
	ActHallComment:     {"ghi góp ý tại hội nghị", "take down a comment in the hall"},
	ActAdopt:           {"thông qua", "adopt the text"},
	ActAdoptUndo:       {"hủy thông qua", "undo the adoption"},
	ActPaperFreeze:     {"chốt bản in", "freeze the paper"},
	ActPaperUnfreeze:   {"hủy chốt bản in", "unfreeze the paper"},
	ActSigningOpen:     {"mở ký", "open the signing"},
	ActSign:            {"ký", "sign"},
	ActSignDecline:     {"từ chối ký", "decline to sign"},
	ActStamp:           {"gắn dấu thời gian", "add a time stamp"},
	ActSigningClose:    {"kết thúc ký", "close the signing"},
	ActSeal:            {"niêm phong", "seal the file"},
	ActArchive:         {"đưa vào lưu trữ", "archive"},
	ActWithdraw:        {"rút giao ước", "withdraw the pact"},
	ActPactRead:        {"xem giao ước", "read the pact"},
	ActRepliesReadOwn:  {"xem trả lời của đơn vị mình", "read the own agency's replies"},
	ActRepliesReadAll:  {"xem trả lời của mọi đơn vị", "read all agencies' replies"},
	ActRecordRead:      {"xem hồ sơ lưu trữ", "read the archive's record"},
	ActLogRead:         {"xem nhật ký", "read the log"},
	ActClusterCreate:   {"lập cụm", "create a cluster"},
	ActClusterEdit:     {"sửa thông tin cụm", "edit the cluster"},
	ActPersonCreate:    {"tạo tài khoản", "create an account"},
}

// Words is the act as a person says it: "gửi lấy ý kiến", "open a round of comments".
func (a Act) Words(lang string) string { return actNames[a].in(lang, string(a)) }
