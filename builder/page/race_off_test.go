//go:build !race

package page

// underRace says that the race detector makes everything several times slower.
const underRace = false
