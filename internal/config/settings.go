package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Setting is one key for a help page. The environment's name is KYKET_ and the key in capitals, "." as "_".
type Setting struct {
	Key     string
	Default string
	Vi, En  string
}

type setting struct {
	key, fallback string
	secret        bool // also KYKET_…_FILE
	vi, en        string
	set           func(*Config, string) *wanted
}

// wanted is what a value should have been, in both languages.
type wanted struct{ vi, en string }

// Words implements pact.Worded.
func (w *wanted) Words(lang string) string {
	if lang == "en" {
		return w.en
	}
	return w.vi
}

var settings = []setting{
	{key: "data", fallback: "data", vi: "thư mục chứa toàn bộ dữ liệu", en: "folder of everything that is kept",
		set: func(c *Config, v string) *wanted { c.Data = v; return nil }},
	{key: "addr", fallback: "127.0.0.1:8080", vi: "địa chỉ lắng nghe", en: "address to listen on",
		set: func(c *Config, v string) *wanted { return hostPort(&c.Addr, v) }},
	{key: "public_url", vi: "địa chỉ công khai ghi trong mã QR", en: "public address, written into QR codes",
		set: func(c *Config, v string) *wanted { return address(&c.PublicURL, v) }},
	{key: "database", secret: true, vi: "chuỗi kết nối PostgreSQL; bỏ trống là SQLite trong thư mục dữ liệu", en: "PostgreSQL DSN; empty is SQLite in the data folder",
		set: func(c *Config, v string) *wanted { return dsn(&c.Database, v) }},
	{key: "mode", fallback: string(Trial), vi: "trial (dùng thử) hoặc production (chính thức)", en: "trial or production",
		set: func(c *Config, v string) *wanted {
			return oneOf((*string)(&c.Mode), v, string(Trial), string(Production))
		}},
	{key: "certifier.pkcs12", vi: "tệp PKCS#12 mang khóa chứng nhận của dịch vụ", en: "PKCS#12 file with the service's certifying key",
		set: func(c *Config, v string) *wanted { c.Certifier.PKCS12 = v; return nil }},
	{key: "certifier.password", secret: true, vi: "mật khẩu của tệp đó", en: "its password",
		set: func(c *Config, v string) *wanted { c.Certifier.Password = Secret(v); return nil }},
	{key: "tsa.url", vi: "địa chỉ dịch vụ dấu thời gian", en: "address of the time-stamp authority",
		set: func(c *Config, v string) *wanted { return address(&c.TSA.URL, v) }},
	{key: "tsa.anchors", vi: "tệp PEM chứng thư gốc của dấu thời gian", en: "PEM files with the anchors for time stamps",
		set: func(c *Config, v string) *wanted { return list(&c.TSA.Anchors, v) }},
	{key: "tsa.timeout", fallback: "10s", vi: "thời gian chờ một dấu thời gian", en: "how long one time stamp is waited for",
		set: func(c *Config, v string) *wanted { return duration(&c.TSA.Timeout, v, time.Second, time.Minute) }},
	{key: "anchors", vi: "tệp PEM chứng thư gốc của người ký", en: "PEM files with the anchors for signers",
		set: func(c *Config, v string) *wanted { return list(&c.Anchors, v) }},
	{key: "log.level", fallback: "info", vi: "mức nhật ký", en: "what is logged",
		set: func(c *Config, v string) *wanted { return oneOf(&c.Log.Level, v, "debug", "info", "warn", "error") }},
	{key: "log.format", fallback: "text", vi: "dạng nhật ký", en: "form of the log",
		set: func(c *Config, v string) *wanted { return oneOf(&c.Log.Format, v, "text", "json") }},
	{key: "trusted_proxies", vi: "các mạng có máy chủ trung gian được tin", en: "networks of the proxies that are believed",
		set: func(c *Config, v string) *wanted { return networks(&c.Proxies, v) }},
}

// Settings lists the keys in the order of a help page.
func Settings() []Setting {
	all := make([]Setting, len(settings))
	for i, s := range settings {
		all[i] = Setting{s.key, s.fallback, s.vi, s.en}
	}
	return all
}

func hostPort(to *string, v string) *wanted {
	_, port, err := net.SplitHostPort(v)
	if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || n > 65535 {
		return &wanted{"máy:cổng, ví dụ 127.0.0.1:8080", "host:port, such as 127.0.0.1:8080"}
	}
	*to = v
	return nil
}

func address(to *string, v string) *wanted {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return &wanted{"địa chỉ http hoặc https, không kèm tham số", "an http or https address without query"}
	}
	*to = v
	return nil
}

func dsn(to *string, v string) *wanted {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "" {
		return &wanted{"postgres://người dùng:mật khẩu@máy/cơ sở dữ liệu", "postgres://user:password@host/database"}
	}
	*to = v
	return nil
}

func oneOf(to *string, v string, all ...string) *wanted {
	if !slices.Contains(all, v) {
		return &wanted{"một trong: " + strings.Join(all, ", "), "one of " + strings.Join(all, ", ")}
	}
	*to = v
	return nil
}

// list is comma separated in a flag or the environment; the file may also use a YAML list.
func list(to *[]string, v string) *wanted {
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part == "" {
			return &wanted{"danh sách cách nhau bằng dấu phẩy", "a list separated by commas"}
		}
		*to = append(*to, part)
	}
	return nil
}

func duration(to *time.Duration, v string, least, most time.Duration) *wanted {
	d, err := time.ParseDuration(v)
	if err != nil || d < least || d > most {
		return &wanted{"thời lượng từ " + least.String() + " đến " + most.String(), "a duration from " + least.String() + " to " + most.String()}
	}
	*to = d
	return nil
}

func networks(to *[]netip.Prefix, v string) *wanted {
	var parts []string
	if bad := list(&parts, v); bad != nil {
		return bad
	}
	for _, part := range parts {
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return &wanted{"các mạng như 10.0.0.0/8", "networks such as 10.0.0.0/8"}
		}
		*to = append(*to, p)
	}
	return nil
}
