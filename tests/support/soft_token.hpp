#pragma once

// A SoftHSM2 token of a test's own, in a temporary folder.

#include <filesystem>
#include <string>

#include "tests/support/signable_pdf.hpp"
#include "tools/sogoc/dev_pki/authority.hpp"

namespace sogoc::test {

// Sets SOFTHSM2_CONF of this process: one at a time. Throws when a program is missing.
class SoftToken {
 public:
  explicit SoftToken(const std::string& label = "body");
  ~SoftToken();
  SoftToken(const SoftToken&) = delete;
  SoftToken& operator=(const SoftToken&) = delete;

  static constexpr const char* kPin = "271828";
  static std::filesystem::path module();
  [[nodiscard]] const std::string& label() const { return label_; }

  // The key and its certificate, under `key_label`; `id` is two hexadecimal digits.
  void import(const dev_pki::Credential& credential, const std::string& key_label,
              const std::string& id, bool with_certificate = true) const;
  void import_certificate(const DerBytes& certificate, const std::string& label,
                          const std::string& id) const;
  void unplug() const;  // takes the token's files away

 private:
  TestFolder folder_;
  std::string label_;
};

}  // namespace sogoc::test
