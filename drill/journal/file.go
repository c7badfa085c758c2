package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a store of one file, an entry a line.
type File struct{ path string }

// NewFile is the store in a file, which the first entry makes.
func NewFile(path string) *File { return &File{path} }

// Append writes the line and waits until it is on disk. What a crash left of a line is cut
// off first.
func (f *File) Append(e Entry) error {
	line, err := Encode([]Entry{e})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // synced before
	whole, err := wholeLines(file)
	if err != nil {
		return err
	}
	if err := file.Truncate(whole); err != nil {
		return err
	}
	if _, err := file.WriteAt(line, whole); err != nil {
		return err
	}
	return file.Sync()
}

// wholeLines is how many bytes of the file end in a line's end.
func wholeLines(file *os.File) (int64, error) {
	data, err := os.ReadFile(file.Name())
	return int64(bytes.LastIndexByte(data, '\n') + 1), err
}

// Entries reads every whole line.
func (f *File) Entries() ([]Entry, error) {
	data, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := Decode(data[:bytes.LastIndexByte(data, '\n')+1])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	return all, nil
}

// Encode writes entries, one a line.
func Encode(all []Entry) ([]byte, error) {
	var out []byte
	for _, e := range all {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		out = append(append(out, line...), '\n')
	}
	return out, nil
}

// Decode reads entries, one a line.
func Decode(data []byte) ([]Entry, error) {
	var all []Entry
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(all)+1, err)
		}
		all = append(all, e)
	}
	return all, lines.Err()
}
