package evidence

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"pitboss/drill/journal"
)

// The files of a report.
const (
	FileReport    = "report.json"
	FilePage      = "report.html"
	FileJournal   = "journal.jsonl"
	FileSignature = "signature.json"
)

// Prefix is where the files of a run are in an audit bucket.
func Prefix(market, run string) string { return Runs(market) + run + "/" }

// Runs is where a market's runs are in an audit bucket.
func Runs(market string) string { return "drills/" + market + "/runs/" }

// A Bundle is a report's files by name.
type Bundle map[string][]byte

// A Signature is over the hashes of every other file of a bundle.
type Signature struct {
	// Algorithm is always Ed25519.
	Algorithm string `json:"algorithm"`
	// Files is the SHA-256 of each file, in hexadecimal.
	Files map[string]string `json:"files"`
	// PublicKey is the key to check with. That it is the market's is for the one who checks
	// to know: the foundation stack's output says it.
	PublicKey string `json:"publicKey"`
	// Signature is of Files as JSON, keys sorted; base64.
	Signature string `json:"signature"`
}

// Key is the pair that a secret's words make; components/internal/component.PublicKey
// makes its public half the same way.
func Key(words string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(words))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Public is a key's public half as the foundation stack says it.
func Public(key ed25519.PrivateKey) string {
	public, _ := key.Public().(ed25519.PublicKey)
	return base64.StdEncoding.EncodeToString(public)
}

// Make writes a journal's report in all its forms, and signs them.
func Make(all []journal.Entry, key ed25519.PrivateKey) (Bundle, Report, error) {
	r, err := Build(all)
	if err != nil {
		return nil, r, err
	}
	b := Bundle{}
	if b[FileReport], err = json.MarshalIndent(r, "", "  "); err != nil {
		return nil, r, err
	}
	if b[FilePage], err = Page(r); err != nil {
		return nil, r, err
	}
	if b[FileJournal], err = journal.Encode(all); err != nil {
		return nil, r, err
	}
	b[FileSignature], err = sign(b, key)
	return b, r, err
}

func sign(b Bundle, key ed25519.PrivateKey) ([]byte, error) {
	s := Signature{Algorithm: "Ed25519", Files: hashes(b), PublicKey: Public(key)}
	signed, err := json.Marshal(s.Files) // sorts the names
	if err != nil {
		return nil, err
	}
	s.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(key, signed))
	return json.MarshalIndent(s, "", "  ")
}

func hashes(b Bundle) map[string]string {
	out := map[string]string{}
	for name, data := range b {
		if name != FileSignature {
			sum := sha256.Sum256(data)
			out[name] = hex.EncodeToString(sum[:])
		}
	}
	return out
}

// Verify checks a bundle against the market's public key: that nobody changed a file, that
// no entry of the journal is missing, and that the report is what the journal says.
func Verify(b Bundle, publicKey string) (Report, error) {
	var s Signature
	if err := json.Unmarshal(b[FileSignature], &s); err != nil {
		return Report{}, fmt.Errorf("%s: %w", FileSignature, err)
	}
	if s.PublicKey != publicKey {
		return Report{}, fmt.Errorf("it is signed with the key %s, and the market's is %s", s.PublicKey, publicKey)
	}
	public, err := base64.StdEncoding.DecodeString(publicKey)
	if err != nil || len(public) != ed25519.PublicKeySize {
		return Report{}, fmt.Errorf("%q is no Ed25519 key in base64", publicKey)
	}
	signed, err := json.Marshal(s.Files)
	if err != nil {
		return Report{}, err
	}
	signature, err := base64.StdEncoding.DecodeString(s.Signature)
	if err != nil || !ed25519.Verify(public, signed, signature) {
		return Report{}, errors.New("the signature is not of these files with this key")
	}
	have := hashes(b)
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		if have[name] != s.Files[name] {
			return Report{}, fmt.Errorf("%s is missing or was changed after it was signed", name)
		}
	}
	return agree(b)
}

// agree makes the report again from the journal, and wants the same.
func agree(b Bundle) (Report, error) {
	all, err := journal.Decode(b[FileJournal])
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", FileJournal, err)
	}
	made, err := Build(all)
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", FileJournal, err)
	}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return made, err
	}
	if string(text) != string(b[FileReport]) {
		return made, fmt.Errorf("%s does not say what %s says: it was made by another version of pitboss, or by hand", FileReport, FileJournal)
	}
	return made, nil
}
