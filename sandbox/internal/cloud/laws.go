package cloud

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// APIError is a refusal in AWS's own form: code and words as its API gives them.
type APIError struct {
	Service, Operation, Code, Message string
	Status                            int
}

func (e *APIError) Error() string {
	return fmt.Sprintf("operation error %s: %s, https response error StatusCode: %d, api error %s: %s",
		e.Service, e.Operation, e.Status, e.Code, e.Message)
}

func refuse(service, operation, code, format string, args ...any) error {
	return &APIError{Service: service, Operation: operation, Code: code, Message: fmt.Sprintf(format, args...), Status: 400}
}

// mayCreate holds the laws about what may come to exist.
func (c *Cloud) mayCreate(r Resource) error {
	if law, ok := createLaws[r.Type]; ok {
		if err := law(c, r); err != nil {
			return err
		}
	}
	return c.referencesExist(r)
}

// bucketNameFree: bucket names are one namespace over all accounts and regions.
func (c *Cloud) bucketNameFree(r Resource) error {
	buckets, err := c.ofType("aws_s3_bucket")
	if err != nil {
		return err
	}
	for _, b := range buckets {
		switch {
		case b.ID != r.ID:
		case b.Account == r.Account:
			return refuse("S3", "CreateBucket", "BucketAlreadyOwnedByYou",
				"Your previous request to create the named bucket succeeded and you already own it. (%s)", r.ID)
		default:
			return refuse("S3", "CreateBucket", "BucketAlreadyExists",
				"The requested bucket name is not available. The bucket namespace is shared by all users of the system. (%s)", r.ID)
		}
	}
	return nil
}

// subnetFits: inside its VPC's range, and over no other subnet of it.
func (c *Cloud) subnetFits(r Resource) error {
	block, err := netip.ParsePrefix(r.String("cidrBlock"))
	if err != nil {
		return refuse("EC2", "CreateSubnet", "InvalidParameterValue", "Value (%s) for parameter cidrBlock is invalid.", r.String("cidrBlock"))
	}
	vpc, err := c.get(r.Account, r.Region, "aws_vpc", r.String("vpcId"))
	if err != nil {
		if IsNotFound(err) {
			return refuse("EC2", "CreateSubnet", "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", r.String("vpcId"))
		}
		return err
	}
	whole, err := netip.ParsePrefix(vpc.String("cidrBlock"))
	if err != nil {
		return err
	}
	if block.Bits() < whole.Bits() || !whole.Contains(block.Addr()) {
		return refuse("EC2", "CreateSubnet", "InvalidSubnet.Range", "The CIDR '%s' is invalid.", block)
	}
	siblings, err := c.find(r.Type, func(s Resource) bool {
		return s.Account == r.Account && s.Region == r.Region && s.String("vpcId") == vpc.ID
	})
	if err != nil {
		return err
	}
	for _, s := range siblings {
		if other, err := netip.ParsePrefix(s.String("cidrBlock")); err == nil && other.Overlaps(block) {
			return refuse("EC2", "CreateSubnet", "InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", block)
		}
	}
	return nil
}

// clusterMayStart: a free name and a version that EKS offers.
func (c *Cloud) clusterMayStart(r Resource) error {
	free := nameFree("EKS", "CreateCluster", "ResourceInUseException", "Cluster already exists with name: %s")
	if err := free(c, r); err != nil {
		return err
	}
	if v := r.String("version"); !slices.Contains(offeredVersions, v) {
		return refuse("EKS", "CreateCluster", "InvalidParameterException", "unsupported Kubernetes version %s", r.String("version"))
	}
	return nil
}

// mayUpdate holds the laws about what may become of something. prior is what the
// engine's state says.
func (c *Cloud) mayUpdate(old, next Resource, prior map[string]any) error {
	if law, ok := updateLaws[old.Type]; ok {
		if err := law(c, old, next, prior); err != nil {
			return err
		}
	}
	return c.referencesExist(next)
}

// mayDelete holds the laws about what may go.
func (c *Cloud) mayDelete(r Resource) error {
	if law, ok := deleteLaws[r.Type]; ok {
		if err := law(c, r); err != nil {
			return err
		}
	}
	return c.unreferenced(r)
}

// keyMayGo: KMS waits 7 to 30 days. A primary whose replicas still exist may be
// scheduled too: it is pending until the last of them is gone.
func keyMayGo(_ *Cloud, r Resource) error {
	days, ok := r.Props["deletionWindowInDays"].(float64)
	if ok && days != 0 && (days < 7 || days > 30) {
		return refuse("KMS", "ScheduleKeyDeletion", "ValidationException",
			"PendingWindowInDays must be between 7 and 30, got %d", int(days))
	}
	return nil
}

// bucketEmpty: a bucket goes only when nothing is in it; an object under a
// COMPLIANCE lock cannot be taken out by anybody before its time.
func (c *Cloud) bucketEmpty(r Resource) error {
	objects, err := c.Objects(r.ID)
	if err != nil {
		return err
	}
	force, _ := r.Props["forceDestroy"].(bool)
	for _, o := range objects {
		if o.Locked(c.options.Now()) {
			return refuse("S3", "DeleteObject", "AccessDenied",
				"Access Denied because object protected by object lock: %s/%s until %s.", r.ID, o.Key, o.RetainUntil.Format(time.RFC3339))
		}
		if !force {
			return refuse("S3", "DeleteBucket", "BucketNotEmpty", "The bucket you tried to delete is not empty (%s)", r.ID)
		}
	}
	return c.removeObjects(r.ID)
}
