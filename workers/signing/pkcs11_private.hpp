#pragma once

// PKCS#11 modules, their tokens, and one session with a key. The only place that sees its C types.

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <p11-kit/pkcs11.h>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "workers/signing/secret.hpp"

namespace sogoc::pkcs11 {

// What a return code means for people, and what may be done.
[[nodiscard]] tl::unexpected<Error> refuse(CK_RV code, const std::string& subject,
                                           const std::string& doing);

// A loaded and initialized module. PKCS#11 knows one of each library in a process, so all keys of a
// library share it, and the last one finalizes it. The library itself stays loaded: several leave
// threads and exit handlers behind.
// Some libraries (SoftHSM) look for tokens only when they start. So a token that is not there makes the
// library start again, which ends every session of the process: sessions know under which start they
// were opened and are worth nothing under a later one.
//
// Thread: safe to share, by turns: who opens, uses or ends a session holds turn() meanwhile.
class Module {
 public:
  [[nodiscard]] static Result<std::shared_ptr<Module>> open(const std::filesystem::path& library);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return *calls_; }
  [[nodiscard]] std::unique_lock<std::recursive_mutex> turn() { return std::unique_lock(mutex_); }
  // Counts from 1; 0 while the library does not run.
  [[nodiscard]] std::uint64_t starts() const { return running_ ? starts_ : 0; }
  [[nodiscard]] Done start_again();

  // Logs the process in to a token, once. A second login with the same PIN counts; with another one
  // fails with no_permission, because the token itself would not look at it.
  [[nodiscard]] Done log_in(CK_SLOT_ID slot, CK_SESSION_HANDLE session, const CK_TOKEN_INFO& token,
                            const Secret& pin, const std::string& subject);
  void log_out(CK_SLOT_ID slot, CK_SESSION_HANDLE session);

 private:
  Module() = default;
  struct Login {
    int users = 0;
    std::vector<std::uint8_t> pin_tag;  // keyed hash of the PIN
  };
  [[nodiscard]] Done start();
  [[nodiscard]] std::vector<std::uint8_t> tag_of(const Secret& pin) const;

  CK_FUNCTION_LIST* calls_ = nullptr;
  bool ours_to_finalize_ = false, running_ = false;
  std::uint64_t starts_ = 0;
  std::string subject_;
  std::array<unsigned char, 32> tag_key_{};
  std::recursive_mutex mutex_;
  std::map<CK_SLOT_ID, Login> logins_;
};

struct TokenChoice {
  std::string label;  // "" = any
  std::optional<unsigned long> slot;
};

// An open, logged-in session. Thread: belongs to one thread at a time, which has the module's turn.
class Session {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(std::shared_ptr<Module> module,
                                                             const TokenChoice& choice,
                                                             const Secret& pin);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] const CK_FUNCTION_LIST& calls() const { return module_->calls(); }
  [[nodiscard]] CK_SESSION_HANDLE handle() const { return handle_; }
  [[nodiscard]] std::unique_lock<std::recursive_mutex> turn() const { return module_->turn(); }
  // Handles are counted anew after a start: one of an earlier start may name another's session.
  [[nodiscard]] bool holds() const { return module_->starts() == start_; }

  [[nodiscard]] Result<std::vector<CK_OBJECT_HANDLE>> find(std::vector<CK_ATTRIBUTE> wanted) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> bytes(CK_OBJECT_HANDLE object,
                                                        CK_ATTRIBUTE_TYPE type) const;
  // Absent or unreadable counts as false.
  [[nodiscard]] bool flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;

 private:
  Session(std::shared_ptr<Module> module, CK_SLOT_ID slot, std::string subject)
      : module_(std::move(module)), slot_(slot), start_(module_->starts()), subject_(std::move(subject)) {}

  std::shared_ptr<Module> module_;
  CK_SLOT_ID slot_;
  std::uint64_t start_;
  std::string subject_;
  CK_SESSION_HANDLE handle_ = CK_INVALID_HANDLE;
  bool logged_in_ = false;
};

}  // namespace sogoc::pkcs11
