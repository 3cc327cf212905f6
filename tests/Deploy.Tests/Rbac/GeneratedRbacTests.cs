namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>deploy/rbac and the chart's rules are generated; eng/generate writes them again.</summary>
public sealed class GeneratedRbacTests
{
    [Fact]
    public void Rules_ComparedWithTheDeclarations_AreCurrent()
    {
        foreach (Component component in Component.All)
        {
            Repository.RequireCurrent($"deploy/rbac/{component.Name}.yaml", RbacManifests.Plain(component));
            Repository.RequireCurrent(
                $"deploy/helm/llm-operator/files/rbac/{component.Name}.yaml",
                RbacManifests.Chart(component)
            );
        }
    }

    [Fact]
    public void Crds_OfTheCharts_AreThoseOfTheTypes()
    {
        string[] crds = Directory.GetFiles(Repository.PathOf("deploy", "crds"), "*.yaml");
        foreach (string chart in new[] { "llm-operator", "llm-operator-crds" })
        {
            string folder = $"deploy/helm/{chart}/files/crds";
            foreach (string crd in crds)
            {
                Repository.RequireCurrent($"{folder}/{Path.GetFileName(crd)}", File.ReadAllText(crd));
            }

            Assert.Equal(crds.Length, Directory.GetFiles(Repository.PathOf(folder)).Length);
        }
    }
}
