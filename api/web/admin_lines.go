package web

import (
	"fmt"
	"slices"
	"strings"

	"kyket/pact"
)

// lineFields are the cells of a line that was typed or pasted from a spreadsheet: tabs if there are any, else semicolons.
func lineFields(line string) []string {
	sep := ";"
	if strings.Contains(line, "\t") {
		sep = "\t"
	}
	cells := strings.Split(line, sep)
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// typed is the lines of a text that hold something, with their numbers from 1.
func typed(text string) (lines []string, numbers []int) {
	for i, s := range strings.Split(text, "\n") {
		if strings.TrimSpace(s) != "" {
			lines, numbers = append(lines, s), append(numbers, i+1)
		}
	}
	return lines, numbers
}

// maxTyped bounds what one form brings.
const maxTyped = 500

// agencyLine is an agency as it was typed; Trouble says what is wrong with the line.
type agencyLine struct {
	Line                                     int
	Code, Block, Name, Place, Head, Position string
	Trouble                                  string
}

func agencyLines(b *Base, text string) (out []agencyLine, ok bool) {
	lines, numbers := typed(text)
	seen, ok := map[string]bool{}, len(lines) > 0
	for i, s := range lines[:min(len(lines), maxTyped)] {
		a := agencyLine{Line: numbers[i]}
		cells := lineFields(s)
		for j, at := range []*string{&a.Code, &a.Block, &a.Name, &a.Place, &a.Head, &a.Position} {
			if j < len(cells) {
				*at = cells[j]
			}
		}
		switch {
		case len(cells) != 6:
			a.Trouble = b.Say("Cần đúng 6 cột, dòng này có %d.", "Six columns are needed, this line has %d.", len(cells))
		case a.Code == "" || a.Name == "" || a.Head == "" || a.Position == "":
			a.Trouble = b.Say("Thiếu mã, tên đơn vị, họ tên hoặc chức vụ.", "Code, name, head or office is missing.")
		case seen[a.Code]:
			a.Trouble = b.Say("Mã %s đã có ở dòng trên.", "The code %s is in a line above.", a.Code)
		}
		seen[a.Code] = true
		ok = ok && a.Trouble == ""
		out = append(out, a)
	}
	return out, ok && len(lines) <= maxTyped
}

// agency is the line as a member of a cluster.
func (a agencyLine) agency() pact.Agency {
	return pact.Agency{Code: pact.AgencyCode(a.Code), Block: a.Block, Place: a.Place, Names: []pact.DatedName{{Name: a.Name}},
		Heads: []pact.Head{{Name: a.Head, Position: a.Position, Formula: strings.ToUpper(a.Position)}}}
}

// personLine is a person as typed; several lines of one login are several roles.
type personLine struct {
	Line                      int
	Login, Name, Role, Agency string
	Grant                     pact.Grant
	Trouble                   string
	// Password is set when the account was made: it is shown once.
	Password string
}

var everyRole = []pact.Role{pact.Admin, pact.LeadHead, pact.SecretaryChief, pact.Secretary, pact.Clerk, pact.Focal, pact.HeadOfAgency, pact.Archivist, pact.Auditor}

// roleOf reads a role by its code or its name in either language.
func roleOf(s string) (pact.Role, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, r := range everyRole {
		if s == string(r) || s == strings.ToLower(r.Words("vi")) || s == strings.ToLower(r.Words("en")) {
			return r, true
		}
	}
	return "", false
}

func personLines(b *Base, text string, c *pact.Cluster) (out []personLine, ok bool) {
	lines, numbers := typed(text)
	names, ok := map[string]string{}, len(lines) > 0
	for i, s := range lines[:min(len(lines), maxTyped)] {
		l := personLine{Line: numbers[i]}
		cells := lineFields(s)
		for j, at := range []*string{&l.Login, &l.Name, &l.Role, &l.Agency} {
			if j < len(cells) {
				*at = cells[j]
			}
		}
		l.Login = strings.ToLower(l.Login)
		role, known := roleOf(l.Role)
		l.Grant = pact.Grant{Role: role, Agency: pact.AgencyCode(l.Agency)}
		if c != nil && role != pact.Admin {
			l.Grant.Cluster = c.ID
		}
		l.Trouble = l.check(b, len(cells), known, c)
		if had, again := names[l.Login]; again && had != l.Name && l.Trouble == "" {
			l.Trouble = b.Say("Tên đăng nhập %s đã đứng với họ tên khác ở dòng trên.", "The login %s stands with another name above.", l.Login)
		}
		names[l.Login] = l.Name
		ok = ok && l.Trouble == ""
		out = append(out, l)
	}
	return out, ok && len(lines) <= maxTyped
}

func (l *personLine) check(b *Base, cells int, known bool, c *pact.Cluster) string {
	ofAgency := slices.Contains([]pact.Role{pact.Focal, pact.HeadOfAgency}, l.Grant.Role)
	switch {
	case cells < 3 || cells > 4:
		return b.Say("Cần 3 hoặc 4 cột, dòng này có %d.", "Three or four columns are needed, this line has %d.", cells)
	case l.Login == "" || l.Name == "":
		return b.Say("Thiếu tên đăng nhập hoặc họ tên.", "Login or name is missing.")
	case !known:
		return b.Say("Không có vai trò “%s”.", "There is no role “%s”.", l.Role)
	case l.Grant.Role != pact.Admin && c == nil:
		return b.Say("Vai trò này cần một cụm; hãy chọn cụm ở trên.", "This role needs a cluster; choose one above.")
	case ofAgency && l.Agency == "":
		return b.Say("Vai trò này cần mã đơn vị ở cột thứ tư.", "This role needs an agency's code in the fourth column.")
	case l.Agency != "" && (c == nil || c.Agency(pact.AgencyCode(l.Agency)) == nil):
		return b.Say("Cụm không có đơn vị mã %s.", "The cluster has no agency %s.", l.Agency)
	case l.Agency != "" && !ofAgency:
		return b.Say("Vai trò này thuộc cả cụm; để trống cột mã đơn vị.", "This role is for the whole cluster; leave the agency empty.")
	}
	return ""
}

// proposePeople are the lines that a new cluster starts from: everybody who signs, and a focal person for each agency.
func proposePeople(c *pact.Cluster, today pact.Date) string {
	var s strings.Builder
	for _, a := range c.Agencies {
		code := strings.ToLower(string(a.Code))
		if h, _, err := c.Signatory(a.Code, today); err == nil {
			fmt.Fprintf(&s, "%s.lanhdao; %s; head; %s\n", code, h.Name, a.Code)
			if a.Code == c.Lead {
				fmt.Fprintf(&s, "%s.lanhdao; %s; lead_head;\n", code, h.Name)
			}
		}
		fmt.Fprintf(&s, "%s.daumoi; Đầu mối %s; focal; %s\n", code, c.NameOn(a.Code, today), a.Code)
	}
	s.WriteString("thuky; Tổ trưởng Tổ thư ký; secretary_chief;\nvanthu; Văn thư; clerk;\nluutru; Người làm lưu trữ; archivist;\n")
	return s.String()
}
