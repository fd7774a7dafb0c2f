#include <dlfcn.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "workers/signing/pkcs11_private.hpp"

namespace sogoc::pkcs11 {

namespace {

constexpr CK_ULONG kMostSlots = 256;
constexpr CK_ULONG kMostObjects = 256;
constexpr CK_ULONG kMostAttributeBytes = 64 * 1024;

template <std::size_t N>
std::string padded_text(const CK_UTF8CHAR (&text)[N]) {
  std::string result(reinterpret_cast<const char*>(text), N);
  result.erase(result.find_last_not_of(" \0") + 1);
  return result;
}

// "wrong", and what the token says about how many tries are left.
std::string wrong_pin(CK_FLAGS flags) {
  if ((flags & CKF_USER_PIN_LOCKED) != 0) return "the PIN is wrong, and the token is locked now";
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
    return "the PIN is wrong, and one more wrong PIN locks the token";
  if ((flags & CKF_USER_PIN_COUNT_LOW) != 0)
    return "the PIN is wrong; how many tries are left is unknown, but they are getting few";
  return "the PIN is wrong; how many tries are left is unknown, so it was tried once only";
}

}  // namespace

tl::unexpected<Error> refuse(CK_RV code, const std::string& subject, const std::string& doing) {
  const auto with = [&](ErrorCode kind, Retry retry, const char* what) {
    return fail(kind, retry, subject, fmt::format("{}: {}", doing, what));
  };
  switch (code) {
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_DEVICE_REMOVED:
    case CKR_SLOT_ID_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_CRYPTOKI_NOT_INITIALIZED:
      return with(ErrorCode::unavailable, Retry::after_operator,
                  "the token was unplugged; plug it in and try again (a signer that asked for its PIN must be started again)");
    case CKR_DEVICE_ERROR:
    case CKR_GENERAL_ERROR:
    case CKR_FUNCTION_FAILED:
      return with(ErrorCode::unavailable, Retry::after_operator,
                  "the token failed; is it still plugged in?");
    case CKR_DEVICE_MEMORY:
    case CKR_HOST_MEMORY:
    case CKR_SESSION_COUNT:
      return with(ErrorCode::unavailable, Retry::same_step, "the token has no room for it now");
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return with(ErrorCode::no_permission, Retry::after_operator, "the PIN is wrong");
    case CKR_PIN_LOCKED:
      return with(ErrorCode::no_permission, Retry::after_operator,
                  "the token is locked after too many wrong PINs");
    case CKR_PIN_EXPIRED:
      return with(ErrorCode::no_permission, Retry::after_operator,
                  "the PIN must be changed first, with the maker's program");
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
    case CKR_USER_PIN_NOT_INITIALIZED:
      return with(ErrorCode::no_permission, Retry::after_operator, "the token does not allow it");
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
    case CKR_KEY_TYPE_INCONSISTENT:
      return with(ErrorCode::unsupported_input, Retry::after_operator,
                  "the token does not know this kind of signature");
    default:
      return fail(ErrorCode::internal, Retry::never, subject,
                  fmt::format("{}: PKCS#11 error 0x{:X}", doing, code));
  }
}

Result<std::shared_ptr<Module>> Module::open(const std::filesystem::path& library) {
  // One of each library in the process is the standard's rule, so this table is the process's.
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Module>> modules;
  const std::string subject = library.filename().string();
  const std::scoped_lock lock(mutex);
  std::weak_ptr<Module>& known = modules[library.string()];
  if (auto module = known.lock()) return module;

  void* loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto list =
      loaded == nullptr
          ? nullptr
          : reinterpret_cast<CK_C_GetFunctionList>(::dlsym(loaded, "C_GetFunctionList"));
  std::shared_ptr<Module> module(new Module());
  if (list == nullptr || list(&module->calls_) != CKR_OK || module->calls_ == nullptr)
    return fail(
        ErrorCode::unavailable, Retry::after_operator, subject,
        "the token's library cannot be loaded; is its package installed and the path right?");
  module->subject_ = subject;
  SOGOC_CHECK(module->start());
  if (RAND_bytes(module->tag_key_.data(), static_cast<int>(module->tag_key_.size())) != 1)
    return fail(ErrorCode::internal, Retry::never, subject, "there are no random numbers");
  known = module;
  return module;
}

Done Module::start() {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV code = calls_->C_Initialize(&arguments);
  if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED)
    return refuse(code, subject_, "starting the token's library");
  ours_to_finalize_ = code == CKR_OK;
  running_ = true;
  ++starts_;
  return {};
}

Done Module::start_again() {
  const auto held = turn();
  if (running_ && !ours_to_finalize_)
    return fail(ErrorCode::unavailable, Retry::after_operator, subject_,
                "the token is not there, and another part of this process uses its library");
  if (running_) calls_->C_Finalize(nullptr);
  running_ = false;
  logins_.clear();
  return start();
}

Module::~Module() {
  if (running_ && ours_to_finalize_) calls_->C_Finalize(nullptr);
}

std::vector<std::uint8_t> Module::tag_of(const Secret& pin) const {
  std::vector<std::uint8_t> tag(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  HMAC(EVP_sha256(), tag_key_.data(), static_cast<int>(tag_key_.size()),
       reinterpret_cast<const unsigned char*>(pin.text().data()), pin.text().size(), tag.data(),
       &size);
  tag.resize(size);
  return tag;
}

Done Module::log_in(CK_SLOT_ID slot, CK_SESSION_HANDLE session, const CK_TOKEN_INFO& token,
                    const Secret& pin, const std::string& subject) {
  const auto held = turn();
  const auto tag = tag_of(pin);
  if (const auto known = logins_.find(slot); known != logins_.end()) {
    if (known->second.pin_tag != tag)
      return fail(ErrorCode::no_permission, Retry::after_operator, subject,
                  "the PIN is not the one that opened this token before");
    ++known->second.users;
    return {};
  }
  if ((token.flags & CKF_USER_PIN_LOCKED) != 0)
    return refuse(CKR_PIN_LOCKED, subject, "logging in");
  if ((token.flags & CKF_USER_PIN_FINAL_TRY) != 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, subject,
                "one more wrong PIN would lock the token; log in once with its maker's program");
  // The text is only read; the interface is older than const.
  auto* text = reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(pin.text().data()));
  const CK_RV code = calls_->C_Login(session, CKU_USER, text, pin.text().size());
  if (code == CKR_PIN_INCORRECT || code == CKR_PIN_LEN_RANGE || code == CKR_PIN_INVALID) {
    CK_TOKEN_INFO after{};
    if (calls_->C_GetTokenInfo(slot, &after) != CKR_OK) after.flags = 0;
    return fail(ErrorCode::no_permission, Retry::after_operator, subject, wrong_pin(after.flags));
  }
  if (code != CKR_OK) return refuse(code, subject, "logging in");
  logins_[slot] = {1, tag};
  return {};
}

void Module::log_out(CK_SLOT_ID slot, CK_SESSION_HANDLE session) {
  const auto held = turn();
  const auto known = logins_.find(slot);
  if (known == logins_.end() || --known->second.users > 0) return;
  logins_.erase(known);
  calls_->C_Logout(session);
}

namespace {

Result<CK_SLOT_ID> slot_of(const CK_FUNCTION_LIST& calls, const TokenChoice& choice,
                           const std::string& subject) {
  std::vector<CK_SLOT_ID> slots(kMostSlots);
  CK_ULONG count = kMostSlots;
  if (const CK_RV code = calls.C_GetSlotList(CK_TRUE, slots.data(), &count); code != CKR_OK)
    return refuse(code, subject, "looking for tokens");
  slots.resize(std::min(count, kMostSlots));
  std::vector<CK_SLOT_ID> fitting;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO token{};
    if (calls.C_GetTokenInfo(slot, &token) != CKR_OK) continue;
    if ((token.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    if (choice.slot && *choice.slot != slot) continue;
    if (!choice.label.empty() && choice.label != padded_text(token.label)) continue;
    fitting.push_back(slot);
  }
  if (fitting.empty())
    return fail(ErrorCode::unavailable, Retry::after_operator, subject,
                "the token is not there; plug it in, or check its label and slot");
  if (fitting.size() > 1)
    return fail(ErrorCode::conflict, Retry::after_operator, subject,
                "several tokens fit; name the label or the slot of one");
  return fitting.front();
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(std::shared_ptr<Module> module,
                                               const TokenChoice& choice, const Secret& pin) {
  const std::string subject =
      choice.label.empty() ? "token" : fmt::format("token {}", choice.label);
  const CK_FUNCTION_LIST& calls = module->calls();
  const auto alive = module;  // longer than its turn
  const auto held = alive->turn();
  auto found = module->starts() == 0 ? Result<CK_SLOT_ID>(fail(ErrorCode::unavailable, Retry::after_operator, subject, ""))
                                     : slot_of(calls, choice, subject);
  if (!found && found.error().code == ErrorCode::unavailable) {
    SOGOC_CHECK(module->start_again());
    found = slot_of(calls, choice, subject);
  }
  SOGOC_TRY(const CK_SLOT_ID slot, std::move(found));
  std::unique_ptr<Session> session(new Session(std::move(module), slot, subject));
  if (const CK_RV code =
          calls.C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session->handle_);
      code != CKR_OK)
    return refuse(code, subject, "opening a session");
  CK_TOKEN_INFO token{};
  if (const CK_RV code = calls.C_GetTokenInfo(slot, &token); code != CKR_OK)
    return refuse(code, subject, "asking the token");
  SOGOC_CHECK(session->module_->log_in(slot, session->handle_, token, pin, subject));
  session->logged_in_ = true;
  return session;
}

Session::~Session() {
  const auto held = module_->turn();
  if (!holds()) return;
  if (logged_in_) module_->log_out(slot_, handle_);
  if (handle_ != CK_INVALID_HANDLE) calls().C_CloseSession(handle_);
}

Result<std::vector<CK_OBJECT_HANDLE>> Session::find(std::vector<CK_ATTRIBUTE> wanted) const {
  if (const CK_RV code = calls().C_FindObjectsInit(handle_, wanted.data(), wanted.size());
      code != CKR_OK)
    return refuse(code, subject_, "looking for the key");
  std::vector<CK_OBJECT_HANDLE> found(kMostObjects);
  CK_ULONG count = 0;
  const CK_RV code = calls().C_FindObjects(handle_, found.data(), kMostObjects, &count);
  calls().C_FindObjectsFinal(handle_);
  if (code != CKR_OK) return refuse(code, subject_, "looking for the key");
  found.resize(count);
  return found;
}

Result<std::vector<std::uint8_t>> Session::bytes(CK_OBJECT_HANDLE object,
                                                 CK_ATTRIBUTE_TYPE type) const {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  CK_RV code = calls().C_GetAttributeValue(handle_, object, &wanted, 1);
  if (code != CKR_OK || wanted.ulValueLen > kMostAttributeBytes)
    return refuse(code == CKR_OK ? CKR_GENERAL_ERROR : code, subject_, "reading from the token");
  std::vector<std::uint8_t> value(wanted.ulValueLen);
  wanted.pValue = value.data();
  code = calls().C_GetAttributeValue(handle_, object, &wanted, 1);
  if (code != CKR_OK) return refuse(code, subject_, "reading from the token");
  value.resize(wanted.ulValueLen);
  return value;
}

bool Session::flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  CK_BBOOL value = CK_FALSE;
  CK_ATTRIBUTE wanted{type, &value, sizeof value};
  return calls().C_GetAttributeValue(handle_, object, &wanted, 1) == CKR_OK && value == CK_TRUE;
}

}  // namespace sogoc::pkcs11
