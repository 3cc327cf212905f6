using System.Text;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>Argo CD's settings hold the same script for every kind; Flux's page names every kind that people write.</summary>
public sealed class GeneratedArgoCdTests
{
    [Fact]
    public void Settings_ComparedWithTheScript_AreCurrent()
    {
        StringBuilder text = new(
            "# Generated from health.lua; do not edit. eng/generate writes it again.\ndata:\n"
        );
        string[] script = Repository.Read("deploy/argocd/health.lua").TrimEnd('\n').Split('\n');
        foreach (ResourceDefinition kind in CrdGenerator.Kinds.Select(ResourceDefinition.For))
        {
            text.Append($"  resource.customizations.health.{kind.Group}_{kind.Kind}: |\n");
            foreach (string line in script)
            {
                text.Append(line.Length == 0 ? "" : "    ").Append(line).Append('\n');
            }
        }

        Repository.RequireCurrent("deploy/argocd/argocd-cm.yaml", text.ToString());
    }

    [Fact]
    public void FluxPage_NamesEveryKind()
    {
        string page = Repository.Read("deploy/flux/README.md");

        Assert.All(
            CrdGenerator.Kinds.Select(ResourceDefinition.For),
            kind => Assert.Contains(kind.Kind, page, StringComparison.Ordinal)
        );
    }
}
