using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Planning;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Tests.Planning;

public sealed class FleetReaderTests
{
    private const string Model = """
        apiVersion: llmoperator.dev/v1alpha1
        kind: LlmModel
        metadata: { name: demo }
        spec: { source: { file: { path: /m.gguf } }, placement: { replicas: 3 } }
        """;

    private static FleetObjects With(FleetObjects present, string yaml) =>
        FleetReader.With(
            present,
            [.. KubernetesYaml.ReadAll(yaml, "m.yaml").Select(d => new Manifest(d, "m.yaml"))],
            "team"
        );

    [Fact]
    public void With_NewModel_IsAddedToTheDefaultNamespace()
    {
        LlmModel model = Assert.Single(With(new FleetObjects(), Model).Models);

        Assert.Equal(new ObjectKey("team", "demo"), model.Key);
        Assert.Equal(3, model.Spec.Placement.Replicas);
    }

    [Fact]
    public void With_PresentModel_KeepsItsIdentityAndStatusAndTakesTheSpec()
    {
        LlmModel present = new()
        {
            Metadata = new ObjectMeta
            {
                Name = "demo",
                Namespace = "team",
                Uid = "u",
            },
            Status = new LlmModelStatus { Variant = "Q4" },
        };

        LlmModel model = Assert.Single(With(new FleetObjects { Models = [present] }, Model).Models);

        Assert.Equal(
            ("u", "Q4", 3),
            (model.Metadata.Uid, model.Status!.Variant, model.Spec.Placement.Replicas)
        );
    }

    [Fact]
    public void With_WrongShape_NamesTheFile() =>
        Assert.Contains(
            "m.yaml",
            Assert
                .Throws<CliException>(() =>
                    With(
                        new FleetObjects(),
                        Model.Replace("replicas: 3", "replicas: many", StringComparison.Ordinal)
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
}
