package network

import (
	"net/netip"
	"testing"

	"pitboss/regions"
)

func TestBlockIsThePlan(t *testing.T) {
	cidr := netip.MustParsePrefix("10.16.0.0/16")
	cases := map[string]struct {
		reason string
		tier   Tier
		slot   int
		want   string
	}{
		"CoreFirst":  {"half of the network is for pods", Core, 0, "10.16.0.0/19"},
		"CoreLast":   {"slot 2 is the third zone", Core, 2, "10.16.64.0/19"},
		"Media":      {"the third quarter", Media, 0, "10.16.128.0/20"},
		"MediaSlot3": {"a fourth zone has its place already", Media, 3, "10.16.176.0/20"},
		"Vault":      {"the eighth after media", Vault, 1, "10.16.200.0/21"},
		"Public":     {"the sixteenth after vault", Public, 2, "10.16.232.0/22"},
	}
	for name, c := range cases {
		got, err := Block(cidr, c.tier, regions.Zone{Name: "z", Slot: c.slot})
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v, want %s: %s", name, got, err, c.want, c.reason)
		}
	}
}

// TestBlocksDoNotOverlap tries every tier and slot of every size that Args allows.
func TestBlocksDoNotOverlap(t *testing.T) {
	for bits := 16; bits <= 20; bits++ {
		cidr := netip.PrefixFrom(netip.MustParseAddr("10.48.0.0"), bits)
		free := nth(cidr, 4, 15) // kept for later tiers
		var all []netip.Prefix
		for _, tier := range Tiers() {
			for slot := range maxSlots {
				block, err := Block(cidr, tier, regions.Zone{Slot: slot})
				if err != nil {
					t.Fatal(err)
				}
				if !cidr.Overlaps(block) || block.Bits() < cidr.Bits() || free.Overlaps(block) {
					t.Errorf("%s of %s is outside of it or in what is kept free", block, cidr)
				}
				for _, other := range all {
					if other.Overlaps(block) {
						t.Errorf("%s and %s of %s overlap", block, other, cidr)
					}
				}
				all = append(all, block)
			}
		}
		if len(all) != len(Tiers())*maxSlots {
			t.Errorf("tried %d blocks", len(all))
		}
	}
}

func TestBlockRefusesWhatThePlanHasNoRoomFor(t *testing.T) {
	cidr := netip.MustParsePrefix("10.16.0.0/16")
	if _, err := Block(cidr, Core, regions.Zone{Name: "z", Slot: maxSlots}); err == nil {
		t.Error("slot 4 has no room")
	}
	if _, err := Block(cidr, "edge", regions.Zone{Name: "z"}); err == nil {
		t.Error("tier edge is not in the plan")
	}
}
