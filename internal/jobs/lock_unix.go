//go:build unix

package jobs

import (
	"errors"
	"os"
	"syscall"
)

// LockFile takes an exclusive lock on a file, made when it is not there, that the system releases when the process ends,
// however it ends. It does not wait: a lock that somebody holds is ErrLocked.
func LockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrLocked
		}
		return nil, errors.Join(&os.PathError{Op: "lock", Path: path, Err: err}, f.Close())
	}
	return f.Close, nil
}
