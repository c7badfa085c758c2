package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
)

// counts remembers how many resources each stack had, so that the next run's
// progress has a total. It is a convenience: a file that is lost or broken
// costs a preview, nothing else.
type counts struct {
	path string
	mu   *sync.Mutex
}

func openCounts(dir string) counts {
	return counts{path: filepath.Join(dir, "counts.json"), mu: new(sync.Mutex)}
}

func (c counts) read() map[string]int {
	known := map[string]int{}
	raw, err := os.ReadFile(c.path)
	if err != nil || json.Unmarshal(raw, &known) != nil {
		return map[string]int{}
	}
	return known
}

// of is the last count of a stack; zero if it is not known.
func (c counts) of(stack string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()[stack]
}

func (c counts) set(stack string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.read()
	known[stack] = n
	raw, err := json.Marshal(known)
	if err != nil {
		return
	}
	_ = writeFile(c.path, raw) // see counts: losing it costs a preview
}
