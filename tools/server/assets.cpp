#include "tools/server/assets.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pipeline/core/digest.hpp"

namespace sogoc::server {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, const char*> kTypes[] = {
    {".html", "text/html; charset=utf-8"}, {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},             {".json", "application/json"},       {".txt", "text/plain; charset=utf-8"}};

}  // namespace

Result<Assets> Assets::load() {
  std::error_code error;
  std::vector<fs::path> candidates;
  if (const char* given = std::getenv("SOGOC_WEB")) candidates.emplace_back(given);
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  candidates.push_back(program.parent_path() / "share" / "sogoc" / "web");
  candidates.emplace_back("/usr/share/sogoc/web");
  candidates.emplace_back(SOGOC_SOURCE_WEB);
  for (const fs::path& folder : candidates) {
    if (!fs::exists(folder / "index.html", error)) continue;
    SOGOC_TRY(Assets assets, load(folder));
    // Libraries that set-up fetched (tools/dev/fetch_web): beside the pages where they are installed, else where they were built.
    assets.add(fs::exists(folder / "lib", error) ? folder / "lib" : fs::path(SOGOC_WEB_LIBRARIES));
    return assets;
  }
  return fail(ErrorCode::missing_model, Retry::after_operator, "web", "the folder with the pages is missing; set SOGOC_WEB to tools/web of the source");
}

Result<Assets> Assets::load(const fs::path& folder) {
  Assets assets;
  if (!assets.add(folder) || assets.files_.count("index.html") == 0)
    return fail(ErrorCode::missing_model, Retry::after_operator, folder.string(), "holds no pages; set SOGOC_WEB to tools/web of the source");
  return assets;
}

bool Assets::add(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    for (const auto& [ending, type] : kTypes) {
      if (!entry.is_regular_file(error) || !name.ends_with(ending)) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      auto bytes = std::make_shared<const std::string>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
      const std::string tag = "\"" + to_hex(sha256_of(std::as_bytes(std::span(*bytes)))).substr(0, 16) + "\"";
      files_.emplace(name, Asset{type, tag, std::move(bytes)});
    }
  }
  return !error;
}

std::optional<web::Response> Assets::find(const web::Request& request) const {
  std::string name;
  if (request.path.size() == 1 && request.path[0].empty()) name = "index.html";
  else if (request.path.size() == 2 && request.path[0] == "T") name = "index.html";  // what a copy's QR code opens
  else if (request.path.size() == 2 && request.path[0] == "assets") name = request.path[1];
  const auto known = files_.find(name);
  if (known == files_.end()) return std::nullopt;
  web::Response response;
  response.set("ETag", known->second.tag);
  response.set("Cache-Control", "no-cache");
  if (request.header("if-none-match") == known->second.tag) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", known->second.type);
  response.shared_body = known->second.bytes;
  return response;
}

}  // namespace sogoc::server
