package model

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"pitboss/drill/port"
	"pitboss/regions"
)

func (a account) Caller(context.Context) (string, string, error) {
	return "arn:aws:iam::" + a.Inv.Account + ":role/sre", a.Inv.Account, nil
}

func (a account) Denied(_ context.Context, actions []port.Action) ([]port.Action, error) {
	return slices.DeleteFunc(slices.Clone(actions), func(one port.Action) bool { return one.Name != a.Faults.Denied }), nil
}

func (a account) Alarms(_ context.Context, at regions.Region) (out []string, err error) {
	err = a.call(at, func() error {
		if a.Faults.Ringing && at != a.Inv.Active {
			out = []string{"replica-lag"}
		}
		return nil
	})
	return out, err
}

func (a account) VCPUs(_ context.Context, at regions.Region) (n int, err error) {
	const plenty = 5000
	err = a.call(at, func() error { n = cmp.Or(a.Faults.Quota, plenty); return nil })
	return n, err
}

func (a account) Secret(context.Context, regions.Region, string) (string, error) {
	return "", port.ErrNotFound // a drill's steps read none
}

func (v vault) Put(_ context.Context, key string, data []byte) error {
	return v.call(v.at, func() error { v.vault[v.at][key] = string(data); return nil })
}

func (v vault) PutNew(_ context.Context, key string, data []byte) error {
	return v.call(v.at, func() error {
		if _, there := v.vault[v.at][key]; there {
			return port.ErrExists
		}
		v.vault[v.at][key] = string(data)
		return nil
	})
}

func (v vault) Get(_ context.Context, key string) (data []byte, err error) {
	err = v.call(v.at, func() error {
		text, there := v.vault[v.at][key]
		if data = []byte(text); !there {
			return port.ErrNotFound
		}
		return nil
	})
	return data, err
}

func (v vault) List(_ context.Context, prefix string) (out []string, err error) {
	err = v.call(v.at, func() error {
		for _, key := range slices.Sorted(maps.Keys(v.vault[v.at])) {
			if strings.HasPrefix(key, prefix) {
				out = append(out, key)
			}
		}
		return nil
	})
	return out, err
}
