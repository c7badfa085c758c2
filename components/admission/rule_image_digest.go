package admission

var imageDigest = podRule("image-digest",
	"a tag moved under a running release, and each node ran whichever build it had pulled last",
	container(`c.image.matches("^[a-z0-9._/-]+@sha256:[a-f0-9]{64}$")`,
		"the image is not named by its digest alone",
		"name it <registry>/<repository>@sha256:<64 hex digits>, without a tag; the market file's `images` has the digest"),
)
