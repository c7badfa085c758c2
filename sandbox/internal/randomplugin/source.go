package randomplugin

import (
	"crypto/rand"
	"hash/crc32"
	"math/big"
	seeded "math/rand"
)

// numbers is where random numbers come from: the operating system, or a seed
// that a program gave in order to get the same again.
type numbers struct{ seeded *seeded.Rand }

func source(seed string) numbers {
	if seed == "" {
		return numbers{}
	}
	// #nosec: a seed asks for repeatable numbers, not for secret ones.
	return numbers{seeded.New(seeded.NewSource(int64(crc32.ChecksumIEEE([]byte(seed)))))}
}

// below draws a number from 0 up to but not including n.
func (s numbers) below(n int) (int, error) {
	if s.seeded != nil {
		return s.seeded.Intn(n), nil
	}
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0, err
	}
	return int(v.Int64()), nil
}

// permutation is the numbers from 0 to n-1 in random order.
func (s numbers) permutation(n int) ([]int, error) {
	order := make([]int, n)
	for i := range order {
		at, err := s.below(i + 1)
		if err != nil {
			return nil, err
		}
		order[i] = order[at]
		order[at] = i
	}
	return order, nil
}
