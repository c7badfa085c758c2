package naming

import "pitboss/regions"

// Registry is the host that images of the market are pulled from in r.
func (m Market) Registry(r regions.Region) string {
	return m.Account + ".dkr.ecr." + r.String() + ".amazonaws.com"
}

// Repository is the repository of an image, the same in every region; of no image it is
// what all of the market's repositories begin with.
func (m Market) Repository(image string) string { return platform + "/" + m.Name + "/" + image }

// Image is what a pod in r is told to pull: digest is "sha256:" and 64 hexadecimal digits.
func (m Market) Image(r regions.Region, image, digest string) string {
	return m.Registry(r) + "/" + m.Repository(image) + "@" + digest
}
