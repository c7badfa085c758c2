package daemon

import (
	"context"
	"io"
	"sync"

	"pitboss/sandbox/internal/plane"
)

// finder finds the programs once.
type finder struct {
	cache string
	log   io.Writer

	mu    sync.Mutex
	found *plane.Binaries
}

func (f *finder) find() (plane.Binaries, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found != nil {
		return *f.found, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), dataWithin)
	defer cancel()
	b, err := plane.FindBinaries(ctx, f.cache, f.log)
	if err == nil {
		f.found = &b
	}
	return b, err
}
