package market

import "errors"

// Load reads one market.
func Load(projectDir, name string) (Market, error) { return Market{}, errors.New("being written") }

// LoadAll reads every market, sorted by name.
func LoadAll(projectDir string) ([]Market, error) { return nil, errors.New("being written") }

// CheckStackFiles checks the stack files.
func (m Market) CheckStackFiles(projectDir string) error { return errors.New("being written") }
