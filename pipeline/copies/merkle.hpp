#pragma once

// The Merkle tree of RFC 9162, section 2.1, over SHA-256: roots, proofs and their checks.
// Indices and sizes count leaves; an index counts from 0.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

[[nodiscard]] Sha256 merkle_leaf_hash(std::string_view leaf);                  // SHA-256(00 || leaf)
[[nodiscard]] Sha256 merkle_node_hash(const Sha256& left, const Sha256& right);  // SHA-256(01 || ..)
[[nodiscard]] Sha256 merkle_empty_root();                                      // SHA-256 of nothing

// The hash of the complete subtree over the leaves [index << level, (index + 1) << level).
// Complete subtrees never change, so a store keeps them; level 0 is a leaf's hash.
using MerkleNodes = std::function<Result<Sha256>(unsigned level, std::uint64_t index)>;

// The leaf's own hash, then the hashes of the subtrees that the leaf completes, lowest first: as
// many as `index + 1` has trailing zero bits. A store keeps them in the leaf's row: the subtree
// (level, i) is entry `level` of the row of leaf ((i + 1) << level) - 1.
[[nodiscard]] Result<std::vector<Sha256>> merkle_append(std::uint64_t index, const Sha256& leaf_hash,
                                                        const MerkleNodes& before);

[[nodiscard]] Result<Sha256> merkle_root(std::uint64_t size, const MerkleNodes& nodes);
// Fails with usage unless index < size.
[[nodiscard]] Result<std::vector<Sha256>> inclusion_path(std::uint64_t index, std::uint64_t size,
                                                         const MerkleNodes& nodes);
// Fails with usage unless 0 < first <= second. Empty when they are equal.
[[nodiscard]] Result<std::vector<Sha256>> consistency_path(std::uint64_t first, std::uint64_t second,
                                                           const MerkleNodes& nodes);

// The algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2; a path of the wrong length does not hold.
[[nodiscard]] bool inclusion_holds(const Sha256& leaf_hash, std::uint64_t index, std::uint64_t size,
                                   std::span<const Sha256> path, const Sha256& root);
// Sizes 0 < first <= second.
[[nodiscard]] bool consistency_holds(std::uint64_t first, std::uint64_t second, const Sha256& first_root,
                                     const Sha256& second_root, std::span<const Sha256> path);

// A tree in memory: the right edge only, so that a million leaves can be streamed through.
class MerkleStream {
 public:
  void add(const Sha256& leaf_hash);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Sha256 root() const;
  // What merkle_append would give for the leaf added last.
  [[nodiscard]] const std::vector<Sha256>& completed() const { return completed_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Sha256> edge_;  // complete subtrees, largest first
  std::vector<Sha256> completed_;
};

}  // namespace sogoc
