package scenario

import (
	"fmt"
	"time"
)

// From this day the ministry's emulation unit is the department of organisation and personnel.
var renamedUnit = time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)

// Recipients are the lines of "Nơi nhận": those of the file, or the members, the ministry's emulation unit under its
// name of that day, and the lead's registry.
func (s *Scenario) Recipients() []string {
	if len(s.Pact.Recipients) > 0 {
		return s.Pact.Recipients
	}
	kind := map[ClusterKind]string{ClusterCum: "Cụm", ClusterKhoi: "Khối", ClusterRegion: "Khu vực"}[s.Cluster.Kind]
	unit := "Vụ Thi đua - Khen thưởng"
	if !s.Pact.Date.Day().Before(renamedUnit) {
		unit = "Vụ Tổ chức cán bộ"
	}
	lead := ""
	if m, ok := s.Member(s.Cluster.Leadership.Lead); ok {
		lead = m.Agency
	}
	return []string{
		fmt.Sprintf("Các đơn vị thành viên %s thi đua", kind),
		fmt.Sprintf("Bộ Tư pháp (%s)", unit),
		fmt.Sprintf("Lưu: VT (%s)", lead),
	}
}
