//go:build unix

package jobs

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes an exclusive lock that the system releases when the process ends, however it ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, &os.PathError{Op: "lock", Path: path, Err: errors.Join(err, f.Close())}
	}
	return f.Close, nil
}
