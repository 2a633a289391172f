package templates

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kyket/pact"
)

const longText = "Tổ chức quán triệt, triển khai thực hiện nghiêm túc, có hiệu quả đường lối, chủ trương của Đảng, chính sách, pháp luật của Nhà nước về thi đua, khen thưởng; đổi mới nội dung, hình thức tổ chức các phong trào thi đua yêu nước theo hướng thiết thực, gắn với nhiệm vụ chính trị của cơ quan, đơn vị; kịp thời phát hiện, bồi dưỡng, tổng kết và nhân rộng các điển hình tiên tiến, gương người tốt, việc tốt."

// articles is a pact of articles, as its final text reads.
func articles(t testing.TB) pact.Content {
	t.Helper()
	items := []pact.Placed{
		{Anchor: "mo-dau", Text: "Các đơn vị thành viên Cụm thi đua thống nhất ký kết giao ước thi đua năm 2026 với các nội dung sau đây:"},
		{Anchor: "dieu-1", Heading: "Chủ đề, mục tiêu"},
		{Anchor: "dieu-1.khoan-1", Text: "Chủ đề thi đua: “Đột phá thể chế, phục vụ người dân, doanh nghiệp; thi hành án nghiêm minh, đúng hạn”."},
		{Anchor: "dieu-1.khoan-2", Text: "Sáu đơn vị thi đua hoàn thành 100% chỉ tiêu, nhiệm vụ được giao."},
		{Anchor: "dieu-2", Heading: "Chỉ tiêu của Khối Sở Tư pháp"},
		{Anchor: "dieu-2.khoan-1", Text: "Giảm thời gian giải quyết thủ tục hành chính so với thời hạn do pháp luật quy định: ít nhất 30% đối với hộ tịch, chứng thực; ít nhất 20% đối với lý lịch tư pháp."},
		{Anchor: "dieu-2.khoan-2", Text: longText},
		{Anchor: "dieu-2.khoan-3", Text: "Tỷ lệ hài lòng của tổ chức, cá nhân đạt từ 95% trở lên, theo kết quả khảo sát trong tháng 10 năm 2026 với ít nhất 300 phiếu ở mỗi đơn vị."},
		{Anchor: "dieu-3", Heading: "Chỉ tiêu của Khối Thi hành án dân sự"},
		{Anchor: "dieu-3.khoan-1", Text: "Thi hành xong trên số có điều kiện thi hành đạt trên 84% về việc và trên 48% về tiền; không để xảy ra:"},
	}
	for _, letter := range []string{"a", "b", "c", "d", "dd", "e"} {
		items = append(items, pact.Placed{Anchor: pact.Anchor("dieu-3.khoan-1.diem-" + letter), Text: "Vi phạm trình tự, thủ tục thi hành án gây hậu quả nghiêm trọng hoặc để khiếu nại kéo dài;"})
	}
	items = append(items,
		pact.Placed{Anchor: "dieu-3.khoan-2", Heading: "Thu hồi tài sản", Text: "Thu hồi ít nhất 30% giá trị tài sản trong các vụ án tham nhũng, kinh tế.\nKết quả tính đến ngày 30 tháng 9 năm 2026."},
		pact.Placed{Anchor: "dieu-4", Heading: "Tổ chức thực hiện, chấm điểm, bình xét và suy tôn các đơn vị dẫn đầu Cụm thi đua trong năm công tác"},
		pact.Placed{Anchor: "dieu-4.khoan-1", Text: longText},
		pact.Placed{Anchor: "dieu-4.khoan-2", Text: "Bản giao ước được ký số bởi người đứng đầu các đơn vị và có hiệu lực kể từ ngày ký."},
		pact.Placed{Anchor: "phu-luc-I", Heading: "Danh sách đăng ký thi đua năm 2026", Table: &pact.Table{Content: pact.RegistrationTable}},
		pact.Placed{Anchor: "phu-luc-II", Heading: "Biểu chỉ tiêu", Text: "Các chỉ tiêu tính theo kỳ đo của từng khối.", Table: &pact.Table{Content: pact.TargetTable}},
		pact.Placed{Anchor: "phu-luc-III", Heading: "Bảng tiêu chí chấm điểm", Table: &pact.Table{Content: pact.OwnTable, Columns: []string{"STT", "Tiêu chí", "Khối áp dụng", "Điểm tối đa", "Cách chấm"}}},
	)
	for i := range 30 {
		items = append(items, pact.Placed{Anchor: pact.Anchor(fmt.Sprintf("phu-luc-III.dong-%d", i+1)), Cells: []string{
			"Giảm thời gian giải quyết thủ tục hộ tịch, chứng thực", "Sở Tư pháp", "12", "Đạt mức giao ước: điểm tối đa; mỗi 1% thiếu trừ 01 điểm"}})
	}
	c := content(t, pact.Articles, items)
	c.Registrations = []pact.Registration{{Agency: "C01", Award: "Cờ thi đua của Chính phủ", Level: "chinh_phu"}, {Agency: "C02", Award: "Cờ thi đua ngành Tư pháp", Level: "bo", Note: "đăng ký riêng: trên 86% về việc"}}
	c.Targets = []pact.Target{{ID: "T01", Block: "STP", Indicator: "Giảm thời gian giải quyết TTHC hộ tịch, chứng thực", Unit: "%", Op: ">=", Value: "30"}, {ID: "T05", Block: "THADS", Indicator: "Thi hành xong về việc", Unit: "%", Op: ">", Value: "84.5"}}
	return c
}

// parts is a pact of parts.
func parts(t testing.TB) pact.Content {
	t.Helper()
	return content(t, pact.Parts, []pact.Placed{
		{Anchor: "mo-dau", Text: "Các cơ quan tư pháp trong Khu vực thi đua miền Đông Nam bộ phát động phong trào thi đua và ký kết giao ước thi đua năm 2019 với các nội dung sau đây:"},
		{Anchor: "phan-I", Heading: "CHỦ ĐỀ THI ĐUA", Text: "Các đơn vị thi đua theo chủ đề: “Ngành Tư pháp thi đua siết chặt kỷ cương, tăng cường đoàn kết, hành động, sáng tạo, bứt phá, hiệu quả thực hiện thắng lợi nhiệm vụ chính trị được giao năm 2019”."},
		{Anchor: "phan-II", Heading: "NỘI DUNG THI ĐUA"},
		{Anchor: "phan-II.A", Heading: "Khối Sở Tư pháp"},
		{Anchor: "phan-II.A.muc-1", Text: "Đề cao trách nhiệm trong xây dựng, thẩm định văn bản quy phạm pháp luật; thẩm định đúng thời hạn 100% dự thảo đủ hồ sơ."},
		{Anchor: "phan-II.A.muc-2", Text: "Quản lý chặt chẽ, phát triển hài hòa các tổ chức hành nghề bổ trợ tư pháp; giải quyết kịp thời yêu cầu của tổ chức, cá nhân trong lĩnh vực hành chính tư pháp."},
		{Anchor: "phan-II.B", Heading: "Khối Cục Thi hành án dân sự"},
		{Anchor: "phan-II.B.muc-1", Text: "Thi hành xong trên 73% về việc và trên 33% về tiền trên tổng số có điều kiện thi hành, tính đến ngày 30 tháng 9 năm 2019."},
		{Anchor: "phan-II.C", Heading: "Các phong trào thi đua khác"},
		{Anchor: "phan-II.C.muc-1", Text: "Các đơn vị hưởng ứng và thực hiện tốt các phong trào:"},
		{Anchor: "phan-II.C.muc-1.gach-1", Text: "“Cả nước chung sức xây dựng nông thôn mới”;"},
		{Anchor: "phan-II.C.muc-1.gach-2", Text: "“Cả nước chung tay vì người nghèo - Không để ai bị bỏ lại phía sau”;"},
		{Anchor: "phan-II.C.muc-1.gach-3", Text: "“Giỏi việc nước, đảm việc nhà”."},
		{Anchor: "phan-III", Heading: "TỔ CHỨC THỰC HIỆN"},
		{Anchor: "phan-III.muc-1", Text: "Thủ trưởng các đơn vị xây dựng kế hoạch, phát động phong trào trong toàn thể cán bộ, công chức, viên chức, người lao động trước ngày 15 tháng 4 năm 2019."},
		{Anchor: "phan-III.muc-2", Text: "Bản giao ước được lập thành 09 bản, mỗi đơn vị giữ 01 bản, gửi Bộ Tư pháp 02 bản, lưu 01 bản."},
	})
}

func content(t testing.TB, s pact.Structure, items []pact.Placed) pact.Content {
	t.Helper()
	clauses, err := pact.BuildClauses(s, items)
	if err != nil {
		t.Fatal(err)
	}
	c := pact.Content{Structure: s, TypeName: "BẢN GIAO ƯỚC THI ĐUA",
		Subject: "Năm 2026 của Cụm thi đua Sở Tư pháp, Thi hành án dân sự các tỉnh, thành phố Đông Nam Bộ",
		Bases: []pact.Basis{
			{Text: "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022"},
			{Text: "Căn cứ Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025 của Chính phủ quy định về phân cấp, phân quyền trong lĩnh vực thi đua, khen thưởng"},
			{Text: "Theo thống nhất của các đơn vị tại Hội nghị ký kết giao ước thi đua năm 2026"},
		},
		Recipients: []string{"Các đơn vị thành viên Cụm thi đua", "Bộ Tư pháp (Vụ Tổ chức cán bộ)", "Lưu: VT (Sở Tư pháp tỉnh Tây Ninh)"},
		Clauses:    clauses,
	}
	d := pact.Draft{Content: c}
	d.Assign()
	return d.Content
}

var provinces = []string{"Thành phố Hồ Chí Minh", "tỉnh Đồng Nai", "tỉnh Tây Ninh", "tỉnh Bà Rịa - Vũng Tàu", "tỉnh Thừa Thiên Huế", "tỉnh Đắk Lắk"}

func seating(n int) Seating {
	var s Seating
	for i := range n {
		kind := "Sở Tư pháp "
		if i%2 == 1 {
			kind = "Thi hành án dân sự "
		}
		s.Seats = append(s.Seats, Seat{Code: fmt.Sprintf("C%02d", i+1), Name: kind + provinces[i/2%len(provinces)]})
	}
	s.Lead = "C05"
	return s
}

func sample(c pact.Content, seats int) Paper {
	return Paper{
		Content: c, Issuer: "Cụm thi đua Sở Tư pháp, Thi hành án dân sự các tỉnh, thành phố Đông Nam Bộ", Number: "07/BTT-STP",
		PlaceAndDate: "Tây Ninh, ngày 22 tháng 01 năm 2026", Seating: seating(seats), Blocks: map[string]string{"STP": "Khối Sở Tư pháp", "THADS": "Khối Thi hành án dân sự"},
		VerifyURL: "http://127.0.0.1:8080/v/k7m2q9x4t8wz", Code: "k7m2q9x4t8wz", Trial: true,
		Created: time.Date(2026, 1, 22, 8, 0, 0, 0, time.FixedZone("ICT", 7*3600)), Manifest: []byte(`{"schema":1}`), PactJSON: []byte(`{"schema":1,"text":"Giao ước"}`),
	}
}

func mustRender(t testing.TB, p Paper) Rendered {
	t.Helper()
	r, err := Render(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var _ = strings.Repeat
