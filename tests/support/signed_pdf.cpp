#include "tests/support/signed_pdf.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace sogoc::test {
namespace {

std::string number(std::size_t value, int width) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*zu", width, value);
  return text;
}

std::string hex(const DerBytes& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string field(const std::string& name, const std::string& rectangle, const std::string& more) {
  return "<< /Type /Annot /Subtype /Widget /FT /Sig /T (" + name + ") /F 132 /P 3 0 R /Rect " +
         rectangle + " " + more + " >>";
}

std::string size_of_last(const std::string& file) {
  const auto at = file.rfind("/Size ");
  const auto end = file.find_first_not_of("0123456789", at + 6);
  return file.substr(at + 6, end - at - 6);
}

std::string table(const std::map<int, std::string>& entries) {
  std::string text = "xref\n";
  for (auto first = entries.begin(); first != entries.end();) {
    auto last = first;
    int count = 0;
    std::string rows;
    while (last != entries.end() && last->first == first->first + count) {
      rows += last->second;
      ++count;
      ++last;
    }
    text += std::to_string(first->first) + " " + std::to_string(count) + "\n" + rows;
    first = last;
  }
  return text;
}

std::string in_use(std::size_t place) { return number(place, 10) + " 00000 n \n"; }

std::string big_endian(std::size_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

}  // namespace

std::string stream_object(const std::string& dictionary, const std::string& data) {
  return "<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + data +
         "\nendstream";
}

std::map<int, std::string> DocumentParts::objects() const {
  std::map<int, std::string> all = more;
  all.emplace(part::catalog, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Metadata 10 0 R " +
                                 permissions + " " + security_store + " " + catalog_extra + " >>");
  all.emplace(part::pages,
              "<< /Type /Pages /Count 2 /Kids [3 0 R 12 0 R] /MediaBox [0 0 595 842] >>");
  all.emplace(part::page,
              "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
              "/Annots " +
                  annotations + " " + page_extra + " >>");
  all.emplace(part::content,
              stream_object("", "BT /F1 12 Tf 72 720 Td (Ban sao so 05/2026) Tj ET"));
  all.emplace(part::font, "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>");
  all.emplace(part::form, "<< /Fields " + fields + " /SigFlags 3 " + form_extra + " >>");
  all.emplace(part::body_field,
              field("Body", "[300 700 500 760]", "/AP << /N 13 0 R >> " + body_value));
  all.emplace(part::certifier_field, field("Certifier", "[300 600 500 660]", certifier_value));
  all.emplace(part::information,
              "<< /Title (Ban sao) /Producer (sogoc) /ModDate (D:20261125083000+07'00') >>");
  all.emplace(
      part::metadata,
      stream_object(
          "/Type /Metadata /Subtype /XML",
          "<?xpacket?><x:xmpmeta><rdf:Description><xmp:ModifyDate>2026-11-25</xmp:ModifyDate>"
          "<dc:title>Ban sao</dc:title></rdf:Description></x:xmpmeta>"));
  all.emplace(
      part::text_field,
      "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Place) /F 4 /P 3 0 R /Rect [72 500 200 520] "
      "/AP << /N 14 0 R >> /V " +
          text_value + " " + text_field_extra + " >>");
  all.emplace(
      part::second_page,
      "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>");
  all.emplace(part::body_mark, stream_object("/Type /XObject /Subtype /Form /BBox [0 0 200 60]",
                                             "0 0 m 200 60 l S"));
  all.emplace(part::text_mark,
              stream_object("/Type /XObject /Subtype /Form /BBox [0 0 128 20]", "0 0 m 9 9 l S"));
  all.emplace(part::hidden_content,
              stream_object("", "BT /F1 12 Tf 72 720 Td (Ban sao so 99/2026) Tj ET"));
  all.emplace(part::link,
              "<< /Type /Annot /Subtype /Link /P 3 0 R /Rect [72 72 90 90] /Border [0 0 0] >>");
  return all;
}

std::string first_revision(const std::map<int, std::string>& objects, bool xref_stream) {
  std::string file = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
  std::map<int, std::size_t> places;
  std::map<int, std::string> packed;
  for (const auto& [id, body] : objects) {
    const bool packs =
        xref_stream && body.find("stream\n") == std::string::npos && id != part::catalog;
    if (packs) {
      packed.emplace(id, body);
      continue;
    }
    places[id] = file.size();
    file += std::to_string(id) + " 0 obj\n" + body + "\nendobj\n";
  }
  const int last = objects.rbegin()->first;
  if (!xref_stream) {
    std::map<int, std::string> entries{{0, "0000000000 65535 f \n"}};
    for (const auto& [id, place] : places) entries[id] = in_use(place);
    const std::size_t start = file.size();
    return file + table(entries) + "trailer\n<< /Size " + std::to_string(last + 1) +
           " /Root 1 0 R /Info 9 0 R >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
  }
  std::string heads, bodies;
  std::map<int, int> index;
  for (const auto& [id, body] : packed) {
    heads += std::to_string(id) + " " + std::to_string(bodies.size()) + " ";
    bodies += body + " ";
    index.emplace(id, static_cast<int>(index.size()));
  }
  const int pack = last + 1, self = last + 2;
  places[pack] = file.size();
  file += std::to_string(pack) + " 0 obj\n" +
          stream_object("/Type /ObjStm /N " + std::to_string(packed.size()) + " /First " +
                            std::to_string(heads.size()),
                        heads + bodies) +
          "\nendobj\n";
  const std::size_t start = file.size();
  places[self] = start;
  std::string rows;
  for (int id = 0; id <= self; ++id) {
    if (packed.contains(id))
      rows += big_endian(2, 1) + big_endian(static_cast<std::size_t>(pack), 4) +
              big_endian(static_cast<std::size_t>(index[id]), 2);
    else if (places.contains(id))
      rows += big_endian(1, 1) + big_endian(places[id], 4) + big_endian(0, 2);
    else
      rows += big_endian(0, 1) + big_endian(0, 4) + big_endian(id == 0 ? 65535 : 0, 2);
  }
  file += std::to_string(self) + " 0 obj\n" +
          stream_object("/Type /XRef /W [1 4 2] /Size " + std::to_string(self + 1) +
                            " /Root 1 0 R /Info 9 0 R",
                        rows) +
          "\nendobj\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
  return file;
}

std::size_t last_startxref(const std::string& file) {
  const auto at = file.rfind("startxref");
  return std::stoul(file.substr(at + 9, 20));
}

std::size_t place_of(const std::string& file, int object) {
  return file.rfind("\n" + std::to_string(object) + " 0 obj") + 1;
}

std::string with_update(std::string file, const UpdateWish& wish) {
  const std::size_t previous = wish.previous.value_or(last_startxref(file));
  std::size_t size = std::stoul(size_of_last(file));
  std::map<int, std::string> entries;
  for (const auto& [id, place] : wish.elsewhere) entries[id] = in_use(place);
  for (const int id : wish.free) entries[id] = "0000000000 00001 f \n";
  for (const auto& [id, body] : wish.objects) {
    entries[id] = in_use(file.size());
    file += std::to_string(id) + " 0 obj\n" + body + "\nendobj\n";
  }
  if (!wish.with_index) return file;
  if (!entries.empty())
    size = std::max(size, static_cast<std::size_t>(entries.rbegin()->first) + 1);
  const std::size_t start = file.size();
  return file + table(entries) + "trailer\n<< /Size " + std::to_string(size) + " /Root " +
         std::to_string(wish.root.value_or(1)) + " 0 R /Prev " + std::to_string(previous) + " " +
         (wish.trailer_extra.empty() ? "/Info 9 0 R" : wish.trailer_extra) + " >>\nstartxref\n" +
         std::to_string(start) + "\n%%EOF\n";
}

Hole last_hole(const std::string& file) {
  const std::size_t begin = file.rfind("/Contents <") + 10;
  return {begin, file.find('>', begin) + 1};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("not in the file: " + what);
  return text.replace(at, what.size(), with);
}

std::string with_hole_filled(std::string file, std::size_t hole_begin, std::size_t hole_end,
                             const DerBytes& value) {
  const std::string text = hex(value);
  if (text.size() > hole_end - hole_begin - 2) throw std::logic_error("the hole is too small");
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(hole_begin) + 1,
            file.begin() + static_cast<std::ptrdiff_t>(hole_end) - 1, '0');
  return file.replace(hole_begin + 1, text.size(), text);
}

std::string with_signature(std::string file, const SignWish& wish, const HoleFiller& fill) {
  const std::string blank = "/ByteRange [0 0000000000 0000000000 0000000000]";
  UpdateWish update;
  update.objects = wish.objects;
  update.trailer_extra = wish.trailer_extra;
  update.objects[wish.value_object] = "<< " + wish.entries + " " + blank + " /Contents <" +
                                      std::string(2 * wish.hole_bytes, '0') + "> >>";
  file = with_update(std::move(file), update);
  const Hole hole = last_hole(file);
  file.replace(file.rfind(blank), blank.size(),
               "/ByteRange [0 " + number(hole.begin, 10) + " " + number(hole.end, 10) + " " +
                   number(file.size() - hole.end, 10) + "]");
  std::vector<std::uint8_t> covered(file.begin(),
                                    file.begin() + static_cast<std::ptrdiff_t>(hole.begin));
  covered.insert(covered.end(), file.begin() + static_cast<std::ptrdiff_t>(hole.end), file.end());
  return with_hole_filled(std::move(file), hole.begin, hole.end, fill(covered));
}

HoleFiller signer(const Pki& pki, const Credential& who, UtcTime time, bool stamped) {
  return [&pki, who, time, stamped](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    if (stamped) wish.timestamp = stamped_by(pki.tsa, time);
    return made_cms(who, wish);
  };
}

HoleFiller stamper(const Pki& pki, UtcTime time) {
  return [&pki, time](const std::vector<std::uint8_t>& bytes) {
    StampWish wish;
    wish.imprint = digest(bytes);
    wish.time = time;
    return made_stamp(pki.tsa, wish);
  };
}

SignedCopy::SignedCopy(const Pki& pki, UtcTime signed_at, DocumentParts wished, bool xref_stream)
    : parts(std::move(wished)), pki_(pki), signed_at_(signed_at) {
  file = first_revision(parts.objects(), xref_stream);
  next_ = std::max(part::first_free, std::stoi(size_of_last(file)));
}

SignedCopy& SignedCopy::sign_body(const std::string& reference, const std::string& permissions,
                                  const HoleFiller* fill) {
  const int value = next_++;
  parts.body_value = "/V " + std::to_string(value) + " 0 R";
  if (!permissions.empty()) parts.permissions = replaced(permissions, "?", std::to_string(value));
  const auto now = parts.objects();
  SignWish wish;
  wish.value_object = value;
  wish.entries += " /Name (UBND xa A) /M (D:20261125083000+07'00') " + reference;
  wish.objects = {{part::body_field, now.at(part::body_field)},
                  {part::catalog, now.at(part::catalog)}};
  file = with_signature(std::move(file), wish,
                        fill != nullptr ? *fill : signer(pki_, pki_.body, signed_at_));
  return *this;
}

SignedCopy& SignedCopy::certify(int permission, const HoleFiller* fill) {
  return sign_body(
      "/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type "
      "/TransformParams /V "
      "/1.2 /P " +
          std::to_string(permission) + " >> >>]",
      "/Perms << /DocMDP ? 0 R >>", fill);
}

SignedCopy& SignedCopy::approve(const HoleFiller* fill) { return sign_body("", "", fill); }

SignedCopy& SignedCopy::countersign(const HoleFiller* fill) {
  const int value = next_++;
  parts.certifier_value = "/V " + std::to_string(value) + " 0 R";
  SignWish wish;
  wish.value_object = value;
  wish.entries += " /Name (Nguyen Van A) /M (D:20261125083100+07'00')";
  wish.objects = {{part::certifier_field, parts.objects().at(part::certifier_field)}};
  file = with_signature(std::move(file), wish,
                        fill != nullptr ? *fill : signer(pki_, pki_.certifier, signed_at_));
  return *this;
}

SignedCopy& SignedCopy::add_validation_data(const RevocationEvidence& evidence) {
  UpdateWish update;
  const int store = next_++;
  std::string lists[3];
  const auto add = [&](const std::vector<DerBytes>& all, std::string& list) {
    for (const DerBytes& one : all) {
      update.objects[next_] = stream_object("", {one.begin(), one.end()});
      list += std::to_string(next_++) + " 0 R ";
    }
  };
  add(pki_.body.chain, lists[0]);
  add(evidence.ocsp, lists[1]);
  add(evidence.crls, lists[2]);
  update.objects[store] = "<< /Type /DSS /Certs [" + lists[0] + "] /OCSPs [" + lists[1] +
                          "] /CRLs [" + lists[2] + "] >>";
  parts.security_store = "/DSS " + std::to_string(store) + " 0 R";
  update.objects[part::catalog] = parts.objects().at(part::catalog);
  return this->update(update);
}

SignedCopy& SignedCopy::add_document_timestamp(UtcTime time) {
  const int value = next_++, field_number = next_++;
  const std::string reference = std::to_string(field_number) + " 0 R]";
  parts.fields = replaced(parts.fields, "]", " " + reference);
  parts.annotations = replaced(parts.annotations, "]", " " + reference);
  const auto now = parts.objects();
  SignWish wish;
  wish.value_object = value;
  wish.entries = "/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161";
  wish.objects = {{part::form, now.at(part::form)},
                  {part::page, now.at(part::page)},
                  {field_number, field("Stamp" + std::to_string(value), "[0 0 0 0]",
                                       "/V " + std::to_string(value) + " 0 R")}};
  file = with_signature(std::move(file), wish, stamper(pki_, time));
  return *this;
}

SignedCopy& SignedCopy::rewrite(const std::vector<int>& objects,
                                std::map<int, std::string> others) {
  const auto now = parts.objects();
  for (const int id : objects) others.emplace(id, now.at(id));
  return update({.objects = std::move(others)});
}

SignedCopy& SignedCopy::update(const UpdateWish& wish) {
  file = with_update(std::move(file), wish);
  return *this;
}

}  // namespace sogoc::test
