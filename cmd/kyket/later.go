package main

import "fmt"

// Commands whose work is still to come say so in one sentence.

type (
	evidenceCommand struct {
		Bundle []string `arg:"" optional:""`
	}
	doctorCommand struct {
		Config string
	}
	backupCommand struct {
		File []string `arg:"" optional:""`
	}
	restoreCommand struct {
		File []string `arg:"" optional:""`
	}
)

func later(t terminal, vi, en string) error {
	fmt.Fprintf(t.err, "Phiên bản này chưa %s. / This version cannot %s yet.\n", vi, en)
	return exitCode(exitUsage)
}

func (evidenceCommand) Run(t terminal) error {
	return later(t, "kiểm tra được gói chứng cứ", "verify evidence bundles")
}

func (doctorCommand) Run(t terminal) error {
	return later(t, "tự kiểm tra được hệ thống", "examine an installation")
}

func (backupCommand) Run(t terminal) error {
	return later(t, "sao lưu được", "make backups")
}

func (restoreCommand) Run(t terminal) error {
	return later(t, "khôi phục được từ bản sao lưu", "restore backups")
}
