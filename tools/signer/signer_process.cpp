#include "tools/signer/signer_process.hpp"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/record_json.hpp"
#include "pipeline/jobs/guarded.hpp"
#include "pipeline/transport/sockets.hpp"
#include "pipeline/copies/text_codes.hpp"
#include "tools/signer/encoding.hpp"
#include "tools/signer/question_pool.hpp"
#include "tools/signer/remote_command.hpp"
#include "tools/signer/reopening_key.hpp"
#include "tools/signer/signer_desk.hpp"

namespace sogoc {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

Result<std::string> private_text(const fs::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0)
    return fail(ErrorCode::not_found, Retry::after_operator, file.string(),
                "is named in signer.toml and is not there");
  if ((facts.st_mode & 077) != 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
                "others may read this file; run chmod 600 on it");
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

// The certificates of a file: one in DER, any number in PEM; never none.
Result<std::vector<DerBytes>> certificates_in(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  content << stream.rdbuf();
  const std::string bytes = std::move(content).str();
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free_all);
  std::vector<DerBytes> all;
  const auto add = [&all](X509* owned) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(owned, &X509_free);
    unsigned char* der = nullptr;
    const int length = i2d_X509(certificate.get(), &der);
    all.emplace_back(der, der + std::max(length, 0));
    OPENSSL_free(der);
  };
  while (X509* found = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) add(found);
  if (all.empty()) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    if (X509* found = d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))) add(found);
  }
  if (all.empty())
    return fail(ErrorCode::invalid_input, Retry::after_operator, file.string(),
                "holds no certificate in PEM or DER form");
  return all;
}

Result<std::unique_ptr<SigningKey>> open_token(const SigningKeySettings& settings, const Secret& pin) {
  // SoftHSM takes its settings from the environment only, when its module is first loaded.
  if (!settings.softhsm_conf.empty()) ::setenv("SOFTHSM2_CONF", settings.softhsm_conf.c_str(), 1);
  return open_pkcs11_key({settings.module, settings.token, std::nullopt, settings.label, settings.prefer_pss}, pin);
}

Result<std::unique_ptr<SigningKey>> open_key(const SigningKeySettings& settings) {
  // A PIN from a file can be read again when the token comes back; a typed one is not kept for that.
  if (settings.kind == "pkcs11" && !settings.secret_file.empty())
    return ReopeningKey::open([settings]() -> Result<std::unique_ptr<SigningKey>> {
      SOGOC_TRY(const auto pin, secret_from_file(settings.secret_file));
      return open_token(settings, *pin);
    });
  std::unique_ptr<Secret> secret;
  if (!settings.secret_file.empty()) {
    SOGOC_TRY(secret, secret_from_file(settings.secret_file));
  } else {
    SOGOC_TRY(secret, secret_from_prompt(fmt::format(
                          "{} of the {} key: ", settings.kind == "pkcs11" ? "PIN" : "password",
                          settings.role)));
  }
  if (settings.kind == "pkcs12") return open_pkcs12_key(settings.file, *secret, settings.prefer_pss);
  return open_token(settings, *secret);
}

Result<SignerDesk::Key> open_service(const SigningKeySettings& settings, const std::atomic<bool>& stop) {
  SignerDesk::Key key;
  SOGOC_TRY(key.helpers, certificates_in(settings.certificate_file));
  key.certificate = key.helpers.front();
  key.helpers.erase(key.helpers.begin());
  key.service = std::make_unique<RemoteCommand>(
      RemoteCommandSettings{settings.command, std::chrono::seconds(settings.timeout_s), &stop});
  return key;
}

Result<SignerDesk::Approver> open_approver(const std::string& name, const ApproverSettings& settings) {
  SignerDesk::Approver approver;
  approver.roles = settings.roles;
  if (!settings.totp_secret_file.empty()) {
    SOGOC_TRY(std::string text, private_text(settings.totp_secret_file));
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    const auto secret = bytes_from_base32(text);
    if (!secret || secret->size() < 10)
      return fail(ErrorCode::invalid_input, Retry::after_operator, name,
                  "the one-time-code secret is not base32 of at least 80 bits; enroll him again");
    approver.totp_secret = *secret;
  }
  if (!settings.certificate_file.empty()) {
    SOGOC_TRY(const auto certificates, certificates_in(settings.certificate_file));
    approver.certificate = certificates.front();
  }
  return approver;
}

Result<SignerDesk::Parts> open_parts(const SignerConfig& config, const std::atomic<bool>& stop, const Clock& clock) {
  SignerDesk::Parts parts;
  parts.config = config;
  parts.clock = &clock;
  SOGOC_TRY(parts.trust, TrustStore::load(config.home / "trust", config.trial));
  SOGOC_TRY(parts.head_key, PlainKey::load_or_make(config.home / "head_key.pem"));
  SOGOC_TRY(parts.qr_key, PlainKey::load_or_make(config.home / "qr_key.pem"));
  for (const SigningKeySettings& settings : config.keys) {
    SignerDesk::Key key;
    if (settings.kind == "remote") {
      SOGOC_TRY(key, open_service(settings, stop));
    } else {
      SOGOC_TRY(key.key, open_key(settings));
    }
    key.settings = settings;
    parts.keys[settings.role] = std::move(key);
  }
  for (const auto& [name, settings] : config.approvers) {
    SOGOC_TRY(parts.approvers[name], open_approver(name, settings));
  }
  ValidationClientSettings network{config.tsa_url, std::chrono::milliseconds(config.network_timeout_ms)};
  network.stop = &stop;
  parts.network = [network](const TrustStore& trust) { return make_validation_client(network, trust); };
  return parts;
}

// A core dump or a debugger of another account must not show a PIN or a key.
void lock_down() {
  ::prctl(PR_SET_DUMPABLE, 0);
  ::mlockall(MCL_CURRENT);  // may not be permitted; then swap is the operator's to encrypt
}

constexpr std::size_t kMostAtOnce = 32;  // questions that wait for keys and network beside each other

struct Question {
  std::string peer, key_name, what;
  std::int64_t id = 0;
  json body;
};
struct Answer {
  std::string peer, key_name;
  Message message;
};

// The thread that has the socket takes questions in and gives answers out; what may take long is
// answered by others meanwhile.
class Desk {
 public:
  Desk(SignerDesk& desk, const Log& log) : desk_(desk), log_(log), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  [[nodiscard]] int wake() const { return wake_.get(); }

  void take(const Received& received, CoordinatorSocket& socket) {
    if (!received.message || received.message->kind != MessageKind::ask) {
      log_.warn("a message that is no question, from {}", received.key_name);
      return;
    }
    const json header = json::parse(received.message->header, nullptr, false);
    Question question{received.peer, received.key_name, "", 0, json::parse(received.message->body, nullptr, false)};
    if (header.is_object() && header.contains("id") && header["id"].is_number_integer())
      question.id = header["id"].get<std::int64_t>();
    if (header.is_object() && header.contains("what") && header["what"].is_string())
      question.what = header["what"].get<std::string>();
    if (SignerDesk::is_quick(question.what)) {
      send(answered(question), socket);
      return;
    }
    pool_.add([this, question = std::move(question)] {
      Answer answer = answered(question);
      const std::scoped_lock lock(mutex_);
      done_.push_back(std::move(answer));
      const std::uint64_t one = 1;
      (void)!::write(wake_.get(), &one, sizeof one);
    });
  }

  void send_what_is_done(CoordinatorSocket& socket) {
    std::vector<Answer> done;
    {
      const std::scoped_lock lock(mutex_);
      std::uint64_t count = 0;
      (void)!::read(wake_.get(), &count, sizeof count);
      done.swap(done_);
    }
    for (const Answer& answer : done) send(answer, socket);
  }

 private:
  Answer answered(const Question& question) {
    const auto begun = std::chrono::steady_clock::now();
    Result<json> answer = guarded("signer", [&]() -> Result<json> {
      if (!question.body.is_object())
        return fail(ErrorCode::invalid_input, Retry::never, "signer", "the question is not JSON");
      return desk_.answer(question.what, question.body);
    });
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    log_.info("{} for {}: {} in {} ms", question.what, question.key_name,
              answer ? std::string_view("done") : name(answer.error().code), took.count());
    const std::string text =
        answer ? answer->dump() : "{\"error\":" + to_json(answer.error()) + "}";
    return {question.peer, question.key_name, {MessageKind::answer, json{{"id", question.id}}.dump(), text}};
  }

  void send(const Answer& answer, CoordinatorSocket& socket) {
    if (!socket.send(answer.peer, answer.message))
      log_.warn("the caller {} went away before its answer", answer.key_name);
  }

  SignerDesk& desk_;
  const Log& log_;
  OwnedFd wake_;
  std::mutex mutex_;
  std::vector<Answer> done_;
  QuestionPool pool_{kMostAtOnce};  // last: its threads use the rest
};

}  // namespace

Done run_signer(const SignerConfig& config, const std::atomic<bool>& stop,
                const std::function<void()>& ready, const Log& log) {
  const SystemClock clock;
  SOGOC_TRY(auto parts, open_parts(config, stop, clock));
  lock_down();
  SOGOC_TRY(const auto desk, SignerDesk::open(std::move(parts), log));
  BindSettings binding;
  binding.endpoints = {config.endpoint};
  binding.curve_on_ipc = true;
  Desk answering(*desk, log);
  binding.wake = answering.wake();
  binding.curve.emplace();
  SOGOC_TRY(binding.curve->keys, load_keys(config.home / "curve.key"));
  SOGOC_TRY(binding.curve->allowed, load_allowed_workers(config.home / "callers.txt"));
  SOGOC_TRY(const auto socket, bind_coordinator(make_transport_context(), binding));
  // Callers run as other users; what protects the socket are its keys.
  if (config.endpoint.starts_with("ipc://")) ::chmod(config.endpoint.c_str() + 6, 0666);
  ready();
  while (!stop) {
    SOGOC_TRY(const auto received, socket->receive(std::chrono::milliseconds(200)));
    if (received) answering.take(*received, *socket);
    answering.send_what_is_done(*socket);
  }
  return {};
}

}  // namespace sogoc
