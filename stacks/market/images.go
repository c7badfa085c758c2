package market

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
)

const (
	meansImages = "a mapping from an image's name to the digest of one build"
	meansImage  = "lower-case letters and digits in words joined by single hyphens, at most 64 characters"
	meansDigest = "the digest of one build: sha256: and 64 hexadecimal digits in lower case"
	nextDigest  = "`docker buildx imagetools inspect <repository>:<tag>` prints it"
)

var (
	imageForm  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// Image is the digest of one image of the platform, which the market's file must have:
// only who composes the market knows which images it runs, so reading does not ask.
func (m Market) Image(name string) (digest string, err error) {
	if digest = m.Images[name]; digest != "" {
		return digest, nil
	}
	next := "add the line " + name + ": sha256:<digest>; " + nextDigest
	if near := regions.Nearest(name, slices.Sorted(maps.Keys(m.Images))); near != "" {
		next = fmt.Sprintf("is %q misspelt? Or %s", near, next)
	}
	return "", Problem{m.File, 0, join("images", name), "nothing", meansDigest, next}
}

// CheckImages reports every one of these images that the market's file does not have, in
// their order. The error is Problems.
func (m Market) CheckImages(names []string) error {
	var problems Problems
	for _, name := range names {
		if _, err := m.Image(name); err != nil {
			problems = append(problems, err.(Problem)) // Image returns no other
		}
	}
	return problems.err()
}

// images reads the digests of a release. A tag is refused: it may name another build
// tomorrow, and in the other region.
func (r *reader) images(n *yaml.Node) map[string]string {
	out, of := map[string]string{}, map[string]string{}
	for _, p := range r.pairs(n, "images", meansImages) {
		at := join("images", p.name)
		if !imageForm.MatchString(p.name) || len(p.name) > 64 {
			r.blame(at, fmt.Sprintf("the image name %q", p.name), meansImage, "name the image alone: its registry and repository are the market's own")
			continue
		}
		digest, ok := r.text(p.value, at, meansDigest)
		if !ok {
			continue
		}
		_, behind, full := strings.Cut(digest, "@")
		switch {
		case digestForm.MatchString(digest) && of[digest] != "":
			r.blame(at, "the digest of "+of[digest], "a digest of its own: "+p.name+" would run what "+of[digest]+" is", nextDigest)
		case digestForm.MatchString(digest):
			out[p.name], of[digest] = digest, p.name
		case full && digestForm.MatchString(behind):
			r.blame(at, strconv.Quote(digest), meansDigest, "write what stands behind the @: the registry is the market's own")
		case digestForm.MatchString(strings.ToLower(digest)):
			r.blame(at, strconv.Quote(digest), meansDigest, "write it in lower case")
		default:
			r.blame(at, strconv.Quote(digest), meansDigest, nextDigest)
		}
	}
	return out
}
