package market

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"pitboss/regions"
)

// folder is where market files are, relative to the project.
const folder = "stacks/markets"

const (
	extension = ".yaml"
	meansName = "2 to 20 characters: lower-case letters and digits in words joined by single hyphens, a letter first"
)

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// goodName reports whether name may name a market. Its length leaves room in the
// names that AWS limits.
func goodName(name string) bool {
	return len(name) >= 2 && len(name) <= 20 && nameForm.MatchString(name)
}

func fileOf(name string) string { return path.Join(folder, name+extension) }

// Load reads the market called name and judges it alone and against every other
// market file. A fault of another file that has no bearing on this market does
// not stop it. The error is Problems.
func Load(projectDir, name string) (Market, error) {
	all, problems := readAll(projectDir)
	var one *parsed
	for i := range all {
		if all[i].Name == name {
			one = &all[i]
		}
	}
	if one == nil {
		return Market{}, missing(name, all, problems).err()
	}
	for _, other := range all {
		if other.Name != name {
			one.checkAgainst(other)
		}
	}
	if err := one.problems.err(); err != nil {
		return Market{}, err
	}
	return one.Market, nil
}

// LoadAll reads every market file, sorted by name, and reports all problems of
// all files at once. The error is Problems.
func LoadAll(projectDir string) ([]Market, error) {
	all, problems := readAll(projectDir)
	out := make([]Market, 0, len(all))
	for i, p := range all {
		for _, before := range all[:i] {
			p.checkAgainst(before)
		}
		problems = append(problems, p.problems...)
		out = append(out, p.Market)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	return out, nil
}

// readAll parses each market file alone. Its problems are those of the folder,
// not of the files in it.
func readAll(projectDir string) ([]parsed, Problems) {
	entries, err := os.ReadDir(filepath.Join(projectDir, folder))
	if err != nil {
		return nil, Problems{{folder, 0, "", plain(err), "a folder of market files", "run from the project's folder, or name it"}}
	}
	var out []parsed
	var problems Problems
	for _, e := range entries {
		name, isYAML := strings.CutSuffix(e.Name(), extension)
		if strings.HasPrefix(name, ".") {
			continue // a file being written, or an editor's
		}
		if !isYAML || e.IsDir() || !goodName(name) {
			problems = append(problems, Problem{path.Join(folder, e.Name()), 0, "", "a file that is no market file",
				"<market>.yaml, the name being " + meansName, "rename it, or move it elsewhere"})
			continue
		}
		out = append(out, readOne(projectDir, name))
	}
	return out, problems
}

func readOne(projectDir, name string) parsed {
	data, err := os.ReadFile(filepath.Join(projectDir, fileOf(name)))
	if err != nil {
		p := parsed{Market{Name: name, File: fileOf(name)}, newReader(fileOf(name))}
		p.blame("", plain(err), "a readable file", "make it readable")
		return p
	}
	return parse(name, data)
}

// missing says that there is no such market, and which there are.
func missing(name string, all []parsed, folderProblems Problems) Problems {
	if len(folderProblems) > 0 && len(all) == 0 {
		return folderProblems
	}
	names := make([]string, 0, len(all))
	for _, p := range all {
		names = append(names, p.Name)
	}
	next := fmt.Sprintf("make it with: pitboss market new %s", name)
	if near := regions.Nearest(name, names); near != "" {
		next = fmt.Sprintf("did you mean %q? Or %s", near, next)
	}
	if !goodName(name) {
		return Problems{{folder, 0, "", fmt.Sprintf("the market name %q", name), meansName, "choose another name"}}
	}
	allowed := "no market yet"
	if len(names) > 0 {
		allowed = "one of the markets " + strings.Join(names, ", ")
	}
	return Problems{{fileOf(name), 0, "", "no such file or directory", allowed, next}}
}

// plain is a file error without the machine's path, which is of no use to the
// reader of the project's.
func plain(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
