#include "host/secrets/keys.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "tests/unit/host/shell.hpp"

namespace dfx::host {

TEST(SshKey, IsWhatSshKeygenReads) {
  if (!test::has_tool("ssh-keygen")) GTEST_SKIP() << "ssh-keygen is not installed";
  const test::TempFolder folder;
  const SshKeyPair pair = make_ssh_key("web-1 host key");
  const auto file = folder.write("key", pair.private_pem);
  EXPECT_EQ(test::run({"ssh-keygen", "-y", "-P", "", "-f", file}), pair.public_line + "\n");
  const auto line = folder.write("key.pub", pair.public_line + "\n");
  EXPECT_EQ(test::run({"ssh-keygen", "-l", "-f", line}), "256 " + pair.fingerprint + " web-1 host key (ED25519)\n");
}

TEST(SshKey, SignsSoThatItsPublicLineVerifies) {
  if (!test::has_tool("ssh-keygen")) GTEST_SKIP() << "ssh-keygen is not installed";
  const test::TempFolder folder;
  const SshKeyPair pair = make_ssh_key("");
  const auto key = folder.write("key", pair.private_pem);
  const auto text = folder.write("text", "hello");
  ASSERT_EQ(test::run({"ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", "test", text}), "");
  const auto signers = folder.write("signers", "me " + pair.public_line + "\n");
  const std::string verified = test::run({"sh", "-c", "ssh-keygen -Y verify -f " + signers.string() + " -I me -n test -s " +
                                                          text.string() + ".sig < " + text.string()});
  EXPECT_EQ(verified.find("Good \"test\" signature"), 0u) << verified;
}

TEST(SshKey, EveryKeyIsNewAndTakesOneLineAsName) {
  EXPECT_NE(make_ssh_key("a").fingerprint, make_ssh_key("a").fingerprint);
  EXPECT_THROW(make_ssh_key("a\nssh-ed25519 AAAA"), Error);
}

TEST(TlsKey, IsAP384ClientCertificateWithItsKey) {
  const test::TempFolder folder;
  const TlsKeyPair pair = make_tls_client_key("dfx home");
  const auto certificate = folder.write("crt", pair.certificate_pem);
  const auto key = folder.write("key", pair.key_pem);
  const std::string text = test::run({"openssl", "x509", "-in", certificate, "-noout", "-text"});
  for (const char* expected : {"Subject: CN = dfx home", "P-384", "ecdsa-with-SHA384", "TLS Web Client Authentication", "CA:FALSE"})
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  EXPECT_EQ(test::run({"openssl", "x509", "-in", certificate, "-noout", "-pubkey"}),
            test::run({"openssl", "pkey", "-in", key, "-pubout"}));
  EXPECT_EQ(test::run({"openssl", "x509", "-in", certificate, "-noout", "-checkend", "300000000"}), "Certificate will not expire\n");
}

TEST(TlsKey, FingerprintIsThatOfItsCertificate) {
  const test::TempFolder folder;
  const TlsKeyPair pair = make_tls_client_key("dfx");
  const auto certificate = folder.write("crt", pair.certificate_pem);
  std::string stock = test::run({"openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"});
  std::string expected;
  for (const char c : stock.substr(stock.find('=') + 1))
    if (std::isxdigit(static_cast<unsigned char>(c))) expected += static_cast<char>(std::tolower(c));
  EXPECT_EQ(pair.fingerprint, expected);
  EXPECT_EQ(certificate_fingerprint(pair.certificate_pem), pair.fingerprint);
  EXPECT_THROW(certificate_fingerprint("no certificate"), Error);
  EXPECT_THROW(make_tls_client_key(""), Error);
}

}  // namespace dfx::host
