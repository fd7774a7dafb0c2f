# Every library we stand on, all from Debian 12; the packages are listed in tools/packages.txt.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)                  # text formatting (no std::format in g++ 12)
find_package(spdlog REQUIRED)               # logs
find_package(tl-expected REQUIRED)          # Result<T>
find_package(nlohmann_json REQUIRED)        # JSON
find_package(OpenSSL REQUIRED)              # SHA-256
find_package(SQLite3 REQUIRED)              # job store, catalogue, search
find_package(ICU REQUIRED COMPONENTS uc i18n data)  # NFC, folding
find_package(OpenCV REQUIRED COMPONENTS core imgproc dnn)  # picture analysis, line recogniser
find_package(TIFF REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)                # command line
find_package(Boost REQUIRED)                # Asio, Process (header only)
pkg_check_modules(TESSERACT REQUIRED IMPORTED_TARGET tesseract)
pkg_check_modules(LEPTONICA REQUIRED IMPORTED_TARGET lept)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(PODOFO REQUIRED IMPORTED_TARGET libpodofo)
pkg_check_modules(QPDF REQUIRED IMPORTED_TARGET libqpdf)
pkg_check_modules(OPENJPEG REQUIRED IMPORTED_TARGET libopenjp2)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp)
pkg_check_modules(LCMS REQUIRED IMPORTED_TARGET lcms2)
pkg_check_modules(CJOSE REQUIRED IMPORTED_TARGET cjose)      # tokens of an OpenID provider
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)       # OCSP, CRL, timestamps
pkg_check_modules(P11_KIT REQUIRED p11-kit-1)                   # the header of PKCS#11
pkg_check_modules(OATH REQUIRED IMPORTED_TARGET liboath)  # one-time codes of approvers
pkg_check_modules(HARFBUZZ REQUIRED IMPORTED_TARGET harfbuzz harfbuzz-subset)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)       # xlsx from outside, packages of cases
pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat)         # its XML, as a stream
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(SANE REQUIRED IMPORTED_TARGET sane-backends)  # scanners
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)   # passwords of the console
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
find_library(JBIG2DEC_LIBRARY jbig2dec REQUIRED)
pkg_check_modules(ZBAR REQUIRED IMPORTED_TARGET zbar)  # symbols of cover sheets
if(SOGOC_TESTS)
  find_package(GTest REQUIRED)
endif()
