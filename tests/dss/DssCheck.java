import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.simplereport.jaxb.XmlTimestamp;
import eu.europa.esig.dss.spi.validation.CertificateVerifier;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;

/**
 * What EU DSS says about signed PDFs, one JSON object a line:
 *
 *   java -cp 'jars/*' DssCheck.java [--online] CA.pem PDF|FOLDER...
 *
 * CA.pem is trusted; --online lets DSS ask OCSP and CRL addresses of the certificates (of dev-pki, on
 * loopback), else only what the file itself carries counts. Several files are judged by one JVM.
 */
public class DssCheck {

  public static void main(String[] arguments) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    boolean online = words.remove("--online");
    CertificateVerifier verifier = makeVerifier(new File(words.remove(0)), online);
    for (File file : filesOf(words)) System.out.println(judge(file, verifier));
  }

  static CertificateVerifier makeVerifier(File authority, boolean online) throws Exception {
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    try (InputStream pem = new FileInputStream(authority)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem))
        trusted.addCertificate(new CertificateToken((X509Certificate) one));
    }
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAIASource(null);
    if (online) {
      verifier.setOcspSource(new OnlineOCSPSource());
      verifier.setCrlSource(new OnlineCRLSource());
    }
    return verifier;
  }

  static List<File> filesOf(List<String> words) {
    List<File> files = new ArrayList<>();
    for (String word : words) {
      File file = new File(word);
      File[] inside = file.listFiles((folder, name) -> name.endsWith(".pdf"));
      if (inside == null) {
        files.add(file);
      } else {
        Arrays.sort(inside);
        files.addAll(Arrays.asList(inside));
      }
    }
    return files;
  }

  static String judge(File file, CertificateVerifier verifier) {
    StringBuilder json = new StringBuilder("{\"file\":" + quoted(file.getName()));
    try {
      SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
      validator.setCertificateVerifier(verifier);
      Reports reports = validator.validateDocument();
      SimpleReport simple = reports.getSimpleReport();
      json.append(",\"signatures\":[");
      String comma = "";
      for (String id : simple.getSignatureIdList()) {
        json.append(comma).append(signature(id, simple, reports.getDiagnosticData()));
        comma = ",";
      }
      json.append("],\"timestamps\":[");
      comma = "";
      // Of all signatures: signature timestamps and document timestamps.
      for (String id : simple.getSignatureIdList()) {
        for (XmlTimestamp stamp : simple.getSignatureTimestamps(id)) {
          json.append(comma).append("{\"indication\":" + quoted(stamp.getIndication()) + "}");
          comma = ",";
        }
      }
      json.append("]");
    } catch (Exception wrong) {
      json.append(",\"error\":" + quoted(wrong.toString()));
    }
    return json.append("}").toString();
  }

  static String signature(String id, SimpleReport simple, DiagnosticData data) {
    SignatureWrapper wrapper = data.getSignatureById(id);
    List<String> words = new ArrayList<>();
    simple.getAdESValidationErrors(id).forEach(message -> words.add("error: " + message.getValue()));
    simple.getAdESValidationWarnings(id).forEach(message -> words.add("warning: " + message.getValue()));
    StringBuilder json = new StringBuilder();
    json.append("{\"indication\":" + quoted(simple.getIndication(id)))
        .append(",\"sub_indication\":" + quoted(simple.getSubIndication(id)))
        .append(",\"format\":" + quoted(simple.getSignatureFormat(id)))
        .append(",\"signed_by\":" + quoted(simple.getSignedBy(id)))
        .append(",\"best_signature_time\":" + quoted(time(simple.getBestSignatureTime(id))))
        .append(",\"field\":" + quoted(String.valueOf(wrapper.getSignatureFieldNames())))
        .append(",\"intact\":" + wrapper.isSignatureIntact())
        .append(",\"valid\":" + wrapper.isSignatureValid())
        .append(",\"messages\":[");
    for (int i = 0; i < words.size(); ++i) json.append(i == 0 ? "" : ",").append(quoted(words.get(i)));
    return json.append("]}").toString();
  }

  static String time(Date date) {
    if (date == null) return null;
    SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    return format.format(date);
  }

  static String quoted(Object value) {
    if (value == null) return "null";
    StringBuilder text = new StringBuilder("\"");
    for (char c : value.toString().toCharArray()) {
      if (c == '"' || c == '\\') text.append('\\').append(c);
      else if (c < 0x20) text.append(String.format("\\u%04x", (int) c));
      else text.append(c);
    }
    return text.append('"').toString();
  }
}
