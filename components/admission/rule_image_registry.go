package admission

import "fmt"

func imageRegistry(registry string) Rule {
	return podRule("image-registry",
		"an image of a public registry was replaced by one that mined coins, and nobody had scanned it",
		container(fmt.Sprintf(`c.image.startsWith(%q)`, registry+"/"),
			"the image is not from the market's own registry "+registry,
			"push it there, where it is scanned and cannot be overwritten, and name it by that registry"))
}
