import { quote } from '../../lib/contract/quote';

/**
 * Shell lines that give the mount namespace they run in a root of its own: Debian's /usr, read only, and everything
 * else empty and in memory. With pivot_root and not chroot, because a process in a chroot may make no user namespace.
 */
export const rootScript = (rootfs: string): string => `
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
rootfs=${quote(rootfs)}
mount -t tmpfs -o mode=755 tmpfs "$rootfs/mnt"
cd "$rootfs/mnt"
mkdir -p usr proc dev etc/systemd/system root opt/aws/bin home image old run sys tmp var/lib var/log var/tmp
chmod 1777 tmp var/tmp
for name in bin sbin lib lib64; do ln -s usr/$name $name; done
mount --bind "$rootfs/usr" usr
mount -o remount,bind,ro usr 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs usr/local
mkdir usr/local/bin usr/local/sbin
mount --rbind "$rootfs/image" image
cp "$rootfs"/etc/passwd "$rootfs"/etc/group "$rootfs"/etc/hosts "$rootfs"/etc/nsswitch.conf etc
mount --rbind /dev dev
mount -t proc proc proc
pivot_root . old
cd /
umount -l old
rmdir old
`;
