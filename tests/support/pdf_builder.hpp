#pragma once

// PDFs written by hand, object by object, so that a test says exactly what a file holds.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sogoc::test {

class PdfBuilder {
 public:
  // Object 1 is the catalogue, object 2 the page tree.
  PdfBuilder() : bodies_(3) {}

  // The number of a new object with this body ("<< ... >>").
  int add(std::string body) {
    bodies_.push_back(std::move(body));
    return static_cast<int>(bodies_.size()) - 1;
  }

  // `dictionary` without << >> and /Length.
  int add_stream(const std::string& dictionary, std::string_view data) {
    return add("<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" +
               std::string(data) + "\nendstream");
  }
  int add_stream(const std::string& dictionary, const std::vector<std::uint8_t>& data) {
    return add_stream(dictionary,
                      std::string_view(reinterpret_cast<const char*>(data.data()), data.size()));
  }

  // A page of `width` x `height` points; `entries` are further keys of its dictionary.
  int add_page(double width, double height, const std::string& content,
               const std::string& resources, const std::string& entries = "") {
    const int stream = add_stream("", content);
    const int page = add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 " + std::to_string(width) +
                         " " + std::to_string(height) + "] /Contents " + std::to_string(stream) +
                         " 0 R /Resources << " + resources + " >> " + entries + " >>");
    pages_.push_back(page);
    return page;
  }

  void replace(int object, std::string body) {
    bodies_[static_cast<std::size_t>(object)] = std::move(body);
  }
  void catalogue_entries(std::string entries) { catalogue_entries_ = std::move(entries); }

  [[nodiscard]] std::string bytes() const {
    std::vector<std::string> bodies = bodies_;
    bodies[1] = "<< /Type /Catalog /Pages 2 0 R " + catalogue_entries_ + " >>";
    if (bodies[2].empty()) {
      bodies[2] = "<< /Type /Pages /Count " + std::to_string(pages_.size()) + " /Kids [";
      for (const int page : pages_) bodies[2] += std::to_string(page) + " 0 R ";
      bodies[2] += "] >>";
    }
    std::string file = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
    std::vector<std::size_t> offsets(bodies.size());
    for (std::size_t i = 1; i < bodies.size(); ++i) {
      offsets[i] = file.size();
      file += std::to_string(i) + " 0 obj\n" + bodies[i] + "\nendobj\n";
    }
    const std::size_t table = file.size();
    file += "xref\n0 " + std::to_string(bodies.size()) + "\n0000000000 65535 f \n";
    for (std::size_t i = 1; i < bodies.size(); ++i) {
      std::string offset = std::to_string(offsets[i]);
      file += std::string(10 - offset.size(), '0') + offset + " 00000 n \n";
    }
    file += "trailer\n<< /Size " + std::to_string(bodies.size()) + " /Root 1 0 R >>\nstartxref\n" +
            std::to_string(table) + "\n%%EOF\n";
    return file;
  }

  void write(const std::filesystem::path& file) const {
    std::ofstream out(file, std::ios::binary);
    const std::string all = bytes();
    out.write(all.data(), static_cast<std::streamsize>(all.size()));
  }

 private:
  std::vector<std::string> bodies_;
  std::vector<int> pages_;
  std::string catalogue_entries_;
};

}  // namespace sogoc::test
