import { Template } from 'aws-cdk-lib/assertions';
import { APPS, load, stacksOf } from './apps';

test.each(APPS.filter((file) => file.startsWith('examples/')))('the template of %s', async (file) => {
  const [stack, ...others] = stacksOf(await load(file));
  expect(others).toEqual([]);
  expect(Template.fromStack(stack).toJSON()).toMatchSnapshot();
});
