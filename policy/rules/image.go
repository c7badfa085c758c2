package rules

import (
	"fmt"
	"regexp"
	"strings"
)

// byDigest is a reference without a tag.
var byDigest = regexp.MustCompile(`^[a-z0-9._/-]+@sha256:[a-f0-9]{64}$`)

func imageRules() []Rule {
	repository := thing("aws:ecr/repository:Repository", "wallet", jsonMap{
		"name": "pitboss/mt/wallet", "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": jsonMap{"scanOnPush": true}, "forceDelete": false,
	})
	return []Rule{
		ofPods(Rule{
			ID: "image-by-digest", Title: "Every image is named by its digest alone",
			Protects:  "a tag moved under a running release, and each node ran whichever build it had pulled last",
			Source:    Source{Kubernetes, "Images: image digests"},
			Severity:  High,
			Admission: "image-digest",
			Check: eachContainer(every, func(c *Case, o one) {
				if image, known := c.Text(below(o.at, "image")...); known && !byDigest.MatchString(image) {
					c.Failf("container %s runs %q: name it <registry>/<repository>@sha256:<64 hex digits>, without a tag", o.name, image)
				}
			}),
			Breaks: []Example{
				shows("a tag", butPod(wallet, "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/main:1.4", firstContainer("image")...)),
				shows("nothing", butPod(nightly, "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/main", firstContainer("image")...)),
			},
		}),
		ofPods(Rule{
			ID: "image-own-registry", Title: "Every image is from the market account's own registry in the stack's region",
			Protects:  "an image of a public registry was replaced by one that mined coins, and nobody had scanned it; the other region's registry could not be reached on the day that region failed",
			Source:    Source{House, "components/registry: a region pulls from its own registry"},
			Severity:  High,
			Admission: "image-registry",
			Check: eachContainer(every, func(c *Case, o one) {
				registry := fmt.Sprintf("%s.dkr.ecr.%s.amazonaws.com/", c.Stack.Market.Account, c.Stack.Stack.Region)
				if image, known := c.Text(below(o.at, "image")...); known && !strings.HasPrefix(image, registry) {
					c.Failf("container %s runs %q, which is not from %s: push it there", o.name, image, registry)
				}
			}),
			Breaks: []Example{
				shows("a public registry", butPod(wallet, "docker.io/library/nginx@sha256:"+strings.Repeat("0a", 32), firstContainer("image")...)),
				shows("the other region's", butPod(wallet, "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pitboss/mt/main@sha256:"+strings.Repeat("0a", 32), firstContainer("image")...)),
				shows("another account's", butPod(nightly, "444455556666.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/main@sha256:"+strings.Repeat("0a", 32), firstContainer("image")...)),
			},
		}),
		{
			ID: "ecr-immutable-scanned", Title: "Repositories of images never move a tag and scan what is pushed",
			Protects: "a build was pushed over a released tag, with a hole that a scan would have named",
			Source:   Source{AWS, "Security Hub ECR.1 and ECR.2"},
			Severity: High,
			Scope:    One,
			About:    func(r Resource) bool { return r.Is("ecr/repository:Repository") },
			Check: func(c *Case) {
				c.Want("IMMUTABLE", "imageTagMutability")
				c.Want(true, "imageScanningConfiguration", "scanOnPush")
			},
			Holds: []Example{shows("immutable and scanned", repository)},
			Breaks: []Example{
				shows("tags move", but(repository, "MUTABLE", "imageTagMutability")),
				shows("nothing is scanned", but(repository, nil, "imageScanningConfiguration")),
			},
		},
	}
}
