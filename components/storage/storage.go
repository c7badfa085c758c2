// Package storage makes a cluster's default storage class: what a workload gets when it
// asks for a disk and says nothing else is encrypted with our key. The region stack
// imports it, with a Kubernetes provider among its options.
package storage

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	storagev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/storage/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

const typeToken = "pitboss:components:Storage"

// ClassName is the default storage class's name in every cluster.
const ClassName = "gp3-encrypted"

// Args describes a cluster's storage.
type Args struct {
	// DataKeyARN encrypts every volume. Required.
	DataKeyARN pulumi.StringInput
	// Driver is what makes the volumes: the class is useless before it. Required.
	Driver []pulumi.Resource
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "storage.Args"}
	p.Check(a.DataKeyARN != nil, "DataKeyARN", "is required: volumes are never stored in the clear")
	p.Check(len(a.Driver) > 0, "Driver", "is required: the add-on that makes volumes")
	return p.Err()
}

// Storage is a cluster's storage classes.
type Storage struct {
	pulumi.ResourceState
}

// New makes the default class.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Storage, error) {
	out := &Storage{}
	s, err := component.Open(ctx, typeToken, name, out, args, pulumi.Map{}, opts)
	if err != nil {
		return nil, err
	}
	_, err = component.Create(s, "default", storagev1.NewStorageClass, &storagev1.StorageClassArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name:        pulumi.String(ClassName),
			Annotations: pulumi.StringMap{"storageclass.kubernetes.io/is-default-class": pulumi.String("true")},
		},
		Provisioner: pulumi.String("ebs.csi.aws.com"),
		Parameters: pulumi.StringMap{
			"type": pulumi.String("gp3"), "encrypted": pulumi.String("true"), "kmsKeyId": args.DataKeyARN,
		},
		VolumeBindingMode:    pulumi.String("WaitForFirstConsumer"), // a volume lives in its pod's zone
		AllowVolumeExpansion: pulumi.Bool(true),
		ReclaimPolicy:        pulumi.String("Retain"), // deleting a claim does not delete data
	}, pulumi.DependsOn(args.Driver))
	if err != nil {
		return nil, err
	}
	return out, s.Publish(out, pulumi.Map{})
}
