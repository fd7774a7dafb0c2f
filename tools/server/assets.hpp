#pragma once

// The files of the pages (tools/web), read once at start: a request names one of them or none, so no path of a
// request ever reaches the disk.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "pipeline/core/result.hpp"
#include "tools/http/http.hpp"

namespace sogoc::server {

class Assets {
 public:
  // Beside the program, installed, or in the source tree it was built from. Fails with missing_model.
  [[nodiscard]] static Result<Assets> load();
  [[nodiscard]] static Result<Assets> load(const std::filesystem::path& folder);
  // "/" is index.html, "/assets/NAME" the others; status 304 where the browser has it already. Nothing: no such file.
  [[nodiscard]] std::optional<web::Response> find(const web::Request& request) const;

 private:
  struct Asset {
    std::string type, tag;
    std::shared_ptr<const std::string> bytes;
  };
  bool add(const std::filesystem::path& folder);  // false: it cannot be listed

  std::map<std::string, Asset> files_;
};

}  // namespace sogoc::server
