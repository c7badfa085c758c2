package market

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write validates the draft, writes its files and returns their paths relative
// to the project. A file that exists is never overwritten: it is kept when it says
// the same already, so that a run that was cut off can be repeated, and refused
// otherwise. Each file appears whole or not at all, and after
// a failure none that this call made is left.
func (d Draft) Write(projectDir string) (written []string, err error) {
	files, err := d.Files(projectDir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err == nil {
			return
		}
		for _, name := range written {
			err = errors.Join(err, os.Remove(filepath.Join(projectDir, name)))
		}
		written = nil
	}()
	for _, f := range files {
		made, err := f.create(projectDir)
		if err != nil {
			return written, err
		}
		if made {
			written = append(written, f.Path)
		}
	}
	return written, nil
}

// create writes the file unless it stands there already with this content.
func (f File) create(projectDir string) (made bool, err error) {
	target := filepath.Join(projectDir, f.Path)
	there, err := os.ReadFile(target)
	switch {
	case err == nil && bytes.Equal(there, f.Content):
		return false, nil
	case err == nil:
		return false, Problems{{f.Path, 0, "", "a file that exists", "no file of this name: nothing is ever overwritten", "choose another market name, or move the file away"}}
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("%s: %s", f.Path, plain(err))
	}
	return true, publish(target, f.Content)
}

// publish writes content beside target and gives it its name in one step, which
// fails when target has appeared meanwhile.
func publish(target string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(target), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // a leftover is hidden and read by nobody
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(0o644), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	return os.Link(temp.Name(), target)
}
