// Kyket is the program: flags, a file per subcommand, and the wiring of the rooms in one type, Program. It decides
// nothing of its own beyond which provider serves which need.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"kyket/internal/rehearse"
	"kyket/internal/rehearse/scenario"
	"kyket/pact"
)

// Exit codes, as every subcommand uses them; verify has meanings of its own for 1 and 2.
const (
	exitFailed = 1
	exitUsage  = 3 // wrong usage, or what cannot be done yet
)

// commands is the command line.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Chạy máy chủ. / Run the server."`
	Demo     demoCommand     `cmd:"" help:"Diễn một năm thi đua mẫu rồi mở cho xem. / Play a sample year, then serve it."`
	Rehearse rehearseCommand `cmd:"" help:"Diễn một kịch bản qua API thật. / Play a scenario through the real API."`
	Verify   verifyCommand   `cmd:"" help:"Kiểm tra chữ ký trong tệp PDF, không cần mạng. / Validate signed PDF files, offline."`
	Audit    struct {
		Verify auditVerifyCommand `cmd:"" help:"Tính lại sổ nhật ký từ dữ liệu. / Recompute the log from the tables."`
	} `cmd:"" help:"Sổ nhật ký. / The tamper-evident log."`
	Migrate struct {
		Up     migrateUpCommand     `cmd:"" help:"Nâng cấu trúc cơ sở dữ liệu. / Bring the schema to its newest form."`
		Status migrateStatusCommand `cmd:"" help:"Xem trạng thái cấu trúc. / Show which migrations were applied."`
	} `cmd:"" help:"Cấu trúc cơ sở dữ liệu. / The database schema."`
	User struct {
		Add    userAddCommand    `cmd:"" help:"Thêm tài khoản quản trị. / Add an administrator."`
		List   userListCommand   `cmd:"" help:"Liệt kê tài khoản. / List accounts."`
		Passwd userPasswdCommand `cmd:"" help:"Đặt lại mật khẩu (đọc từ đầu vào). / Set a password (read from standard input)."`
	} `cmd:"" help:"Tài khoản. / Accounts."`
	Version  versionCommand `cmd:"" help:"In phiên bản. / Print the version."`
	Evidence struct {
		Verify evidenceCommand `cmd:"" help:"Chưa có. / Not there yet."`
	} `cmd:"" help:"Chưa có. / Not there yet."`
	Doctor  doctorCommand  `cmd:"" help:"Chưa có. / Not there yet."`
	Backup  backupCommand  `cmd:"" help:"Chưa có. / Not there yet."`
	Restore restoreCommand `cmd:"" help:"Chưa có. / Not there yet."`
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// exitCode is an error that ends the program with a code; its text, if any, was printed already.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit %d", int(e)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run performs one command line and returns the exit code.
func run(ctx context.Context, args []string, t terminal) (code int) {
	var c commands
	parser, err := kong.New(&c, kong.Name("kyket"), kong.Writers(t.out, t.err), kong.UsageOnError(),
		kong.Description("Ký kết giao ước thi đua: từ dự thảo đến bản gốc đã ký, đóng dấu thời gian và lưu trữ."),
		kong.Exit(func(n int) { panic(exitCode(n)) }), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t))
	if err != nil {
		fmt.Fprintln(t.err, err)
		return exitUsage
	}
	defer func() { // kong ends the program for --help and --version by its Exit function
		if e, ok := recover().(exitCode); ok {
			code = int(e)
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(t.err, "kyket: %v\n", err)
		return exitUsage
	}
	return explain(parsed.Run(), t)
}

// explain prints an error for people and gives its exit code.
func explain(err error, t terminal) int {
	var code exitCode
	var refusal *pact.Error
	var faults scenario.Faults
	var unplayable *rehearse.Unplayable
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &unplayable):
		fmt.Fprintf(t.err, "kyket: %v\n", err)
		return exitUsage
	case errors.As(err, &faults):
		fmt.Fprintf(t.err, "%s\n\n%s\n", faults.Vi(), faults.Error())
		return exitUsage
	case errors.Is(err, rehearse.ErrOtherRun):
		fmt.Fprintf(t.err, "kyket: %v\n", err)
		return exitUsage
	case errors.As(err, &refusal):
		fmt.Fprintf(t.err, "kyket: %s\n       %s\n", refusal.Text("vi"), refusal.Text("en"))
		for _, d := range refusal.Details {
			fmt.Fprintf(t.err, "  %s: %s / %s\n", d.Ref, d.Vi, d.En)
		}
		if refusal.Err != nil {
			fmt.Fprintf(t.err, "  (%v)\n", refusal.Err)
		}
		return exitFailed
	}
	fmt.Fprintf(t.err, "kyket: %v\n", err)
	return exitFailed
}

// newLog is the program's log, on standard error.
func newLog(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(strings.ToUpper(level))); err != nil {
		l = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
