using System.Text;
using LlmOperator.Models.Sources;

namespace LlmOperator.Artifacts.Tests;

public sealed class DockerConfigTests
{
    private const string Config = """
        {"auths":{
          "https://index.docker.io/v1/":{"auth":"aHViOnNlY3JldA=="},
          "registry.example.com":{"username":"me","password":"pw"},
          "registry.example.com:5000":{"registrytoken":"t0ken"}}}
        """;

    [Theory]
    [InlineData("registry.example.com")]
    [InlineData("registry.example.com:5000")]
    [InlineData("registry-1.docker.io")]
    public void Find_HostThatIsListed_HasACredential(string host)
    {
        SourceCredentials? found = DockerConfig.Find(Encoding.UTF8.GetBytes(Config), host);

        Assert.NotNull(found);
        Assert.Equal(nameof(SourceCredentials), found.ToString());
    }

    [Theory]
    [InlineData(Config, "other.example.com")]
    [InlineData(Config, "example.com")]
    [InlineData("{}", "registry.example.com")]
    [InlineData("not json", "registry.example.com")]
    [InlineData("{\"auths\":{\"registry.example.com\":{\"auth\":\"%%\"}}}", "registry.example.com")]
    public void Find_HostThatIsNotListedOrUnreadable_HasNone(string config, string host) =>
        Assert.Null(DockerConfig.Find(Encoding.UTF8.GetBytes(config), host));
}
