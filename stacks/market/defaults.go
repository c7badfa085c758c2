package market

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/regions"
	"pitboss/regions/eks"
	"pitboss/regions/engines"
)

// withDefaults returns a copy in which every optional field has been decided.
func (d Draft) withDefaults(others []Market) (Draft, error) {
	if d.Environment == "" {
		d.Environment = string(EnvironmentProd)
	}
	if d.Kubernetes == "" {
		d.Kubernetes = eks.Default().String()
	}
	if d.PostgresVersion == "" {
		d.PostgresVersion = engines.DefaultAurora().String()
	}
	if d.Switch == "" {
		d.Switch = string(SwitchInvertedCheck)
	}
	if d.NetworkHome != "" || d.NetworkStandby != "" {
		return d, nil
	}
	free, ok := nextFree(others)
	if !ok {
		return d, Problems{{fileOf(d.Name), 0, "network", "nothing", "a free pair of /16 blocks in 10.16.0.0 to 10.255.255.255",
			"every pair of the address plan is taken: name two blocks that are free in your own plan"}}
	}
	d.NetworkHome, d.NetworkStandby = free.Home.String(), free.Standby.String()
	return d, nil
}

// images are the digests that the new market starts with: those of the market that is
// named, or of the first that has any. The first market of all has none.
func (d Draft) images(others []Market) (map[string]string, error) {
	var with []string
	for _, o := range others {
		if len(o.Images) == 0 {
			continue
		}
		if with = append(with, o.Name); d.ImagesOf == "" || d.ImagesOf == o.Name {
			return o.Images, nil
		}
	}
	if d.ImagesOf == "" {
		return nil, nil
	}
	allowed, next := "one of the markets "+strings.Join(with, ", "), "choose one of these"
	if near := regions.Nearest(d.ImagesOf, with); near != "" {
		next = fmt.Sprintf("did you mean %q?", near)
	}
	if len(with) == 0 {
		allowed, next = "nothing: no market has images yet", "leave it out, and write the digests of the release into the file"
	}
	found := fmt.Sprintf("images of %q, which is no market", d.ImagesOf)
	if slices.ContainsFunc(others, func(o Market) bool { return o.Name == d.ImagesOf }) {
		found = fmt.Sprintf("images of %q, which has none", d.ImagesOf)
	}
	return nil, Problems{{fileOf(d.Name), 0, "images", found, allowed, next}}
}
