#pragma once

namespace sogoc {

// The deleter of a C library's handle: std::unique_ptr<X509, FreeWith<X509_free>>. Every handle has its
// owner in the line that makes it.
template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

}  // namespace sogoc
