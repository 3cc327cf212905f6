[assembly: AssemblyFixture(typeof(TargetServers))]
